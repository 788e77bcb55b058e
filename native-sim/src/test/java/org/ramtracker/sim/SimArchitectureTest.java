package org.ramtracker.sim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The simulator's packages: guest, then vmm, then cli, and none knows the ones after it. */
class SimArchitectureTest {
    private static final String ROOT = "org.ramtracker.sim.";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.ramtracker.sim");

    @Test
    void classesWereSeen() {
        assertThat(CLASSES.size()).isGreaterThan(20);
    }

    @Test
    void guestKnowsNeitherTheMachineNorTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "guest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "vmm..", ROOT + "cli..", "org.ramtracker.migrate..", "org.ramtracker.live..")
                .check(CLASSES);
    }

    @Test
    void machineDoesNotKnowTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "vmm..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "cli..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
