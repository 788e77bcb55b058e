package org.ramtracker.bench;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a benchmark is compared with: another one of its class, with the same parameters, in the same run. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Limit.All.class)
public @interface Limit {
    /**
     * The benchmark that is the limit.
     *
     * @return name of a method of the same class
     */
    String value();

    /**
     * The share of the limit that is to be reached.
     *
     * @return 1 for as good as the limit; 0 if there is no goal
     */
    double goal() default 0;

    /**
     * The parameter value that this limit is for, as other values may have other goals.
     *
     * @return like {@code fill=ZERO}; empty if it is for all
     */
    String when() default "";

    /** Several limits; report and table show each that was measured. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface All {
        /**
         * The limits.
         *
         * @return in the order of their importance
         */
        Limit[] value();
    }
}
