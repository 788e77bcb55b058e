package org.ramtracker.sim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dependencies of the simulator run one way: from cli through report and vmm to guest and monitor; inspect stands beside them.
 */
final class SimArchitectureTest {
    private static final String ROOT = "org.ramtracker.sim.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.ramtracker.sim");

    @Test
    void everyPackageIsInThePicture() {
        Set<String> packages = CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(packages)
                .isEqualTo(Stream.of(
                                "cli",
                                "report",
                                "report.html",
                                "vmm",
                                "validate",
                                "monitor",
                                "monitor.qmp",
                                "monitor.hmp",
                                "guest",
                                "kvm",
                                "inspect")
                        .map(name -> ROOT + name)
                        .collect(Collectors.toSet()));
        assertThat(CLASSES.size()).isGreaterThan(40);
    }

    /** A guest implements the engine's {@code VcpuControl} and knows no more of a migration than that. */
    @ParameterizedTest
    @CsvSource({
        "kvm, guest",
        "kvm, vmm",
        "kvm, report",
        "kvm, cli",
        "kvm, inspect",
        "kvm, monitor",
        "guest, vmm",
        "guest, report",
        "guest, cli",
        "guest, inspect",
        "guest, monitor",
        "monitor, guest",
        "monitor, vmm",
        "monitor, report",
        "monitor, cli",
        "monitor, inspect",
        "vmm, report",
        "vmm, cli",
        "vmm, inspect",
        "vmm, validate",
        "validate, report",
        "validate, cli",
        "validate, inspect",
        "validate, monitor",
        "report, cli",
        "report, inspect",
        "inspect, guest",
        "inspect, vmm",
        "inspect, monitor",
        "inspect, report",
        "inspect, cli",
    })
    void lowerDoesNotKnowUpper(String lower, String upper) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + lower + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + upper + "..")
                .check(CLASSES);
    }

    @Test
    void nativeCallsAreLeftToTheLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Linker.class, Linker.Option.class, SymbolLookup.class)
                .check(CLASSES);
    }

    @Test
    void guestKnowsNoStreamAndNoSocket() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "guest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.ramtracker.live..", "org.ramtracker.stream..", "java.nio.channels..")
                .check(CLASSES);
    }
}
