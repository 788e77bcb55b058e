package org.ramtracker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** The picture of the packages in {@code docs/architecture.md}, held. */
class ArchitectureTest {
    private static final String ROOT = "org.ramtracker.";

    /** What each package may use, besides itself and what is not ours. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("simd", List.of()),
            Map.entry("libc", List.of()),
            Map.entry("counters", List.of()),
            Map.entry("memory", List.of("libc", "simd")),
            Map.entry("dirty", List.of("memory", "simd")),
            Map.entry("dirtyrate", List.of("dirty", "memory")),
            Map.entry("scan", List.of("dirty", "memory", "simd")),
            Map.entry("stream", List.of("memory", "simd")),
            Map.entry("migrate", List.of("scan", "dirty", "memory")),
            Map.entry("live", List.of("migrate", "stream", "scan", "dirty", "memory", "simd", "libc")),
            Map.entry("linux", List.of("dirty", "memory", "simd", "libc")),
            Map.entry("trace", List.of("scan", "dirty", "memory")),
            Map.entry("forecast", List.of("trace", "migrate", "stream", "dirty", "memory", "simd")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.ramtracker");

    @Test
    void everyPackageWasSeenAndIsInThePicture() {
        assertThat(CLASSES.size()).isGreaterThan(60);
        for (String name : MAY_USE.keySet()) {
            assertThat(CLASSES.stream().filter(type -> type.getPackageName().equals(ROOT + name)))
                    .as("classes in " + name)
                    .isNotEmpty();
        }
        assertThat(CLASSES.stream().map(type -> type.getPackageName().substring(ROOT.length())))
                .allMatch(MAY_USE::containsKey);
    }

    @Test
    void dependenciesRunOneWay() {
        MAY_USE.forEach((name, used) -> noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(MAY_USE.keySet().stream()
                        .filter(other -> !other.equals(name) && !used.contains(other))
                        .map(other -> ROOT + other)
                        .toArray(String[]::new))
                .check(CLASSES));
    }

    @Test
    void libraryKnowsNothingOfTheSimulator() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.ramtracker.sim..", "org.ramtracker.bench..")
                .check(CLASSES);
    }

    @Test
    void nativeCallsAreMadeInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "libc")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Linker.class, Linker.Option.class, SymbolLookup.class)
                .check(CLASSES);
    }

    @Test
    void engineReadsNoClockDoesNoInputAndDrawsNoRandomNumber() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "migrate")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..", "java.time..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(File.class, RandomAccessFile.class, SystemNanoClock.class, SystemEpochClock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(InputStream.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(OutputStream.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(RandomGenerator.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }

    /** A rule that kept something, or looked at the world, would say one thing live and another in replay. */
    @Test
    void rulesKeepNothingAndSeeNoPort() {
        for (String type : List.of("Rule", "ConvergencePolicy")) {
            fields().that()
                    .areDeclaredInClassesThat()
                    .areAssignableTo(ROOT + "migrate." + type)
                    .should()
                    .beFinal()
                    .check(CLASSES);
            noClasses()
                    .that()
                    .areAssignableTo(ROOT + "migrate." + type)
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(NanoClock.class)
                    .orShould()
                    .dependOnClassesThat()
                    .haveSimpleNameEndingWith("Ports")
                    .orShould()
                    .dependOnClassesThat()
                    .haveSimpleName("StatsBoard")
                    .check(CLASSES);
        }
    }

    @Test
    void engineNeverLooksAtPageContents() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "migrate")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign")
                .check(CLASSES);
    }
}
