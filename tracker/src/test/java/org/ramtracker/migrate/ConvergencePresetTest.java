package org.ramtracker.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvergencePresetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qemu              | {}",
                "qemu-2011         | {downtime-limit=30000000}",
                "treutner          | {downtime-limit=30000000, max-iterations=10, max-transfer-factor=3}",
                "liguori           | {downtime-limit=30000000, convergence-timeout=60000000000}",
                "qemu-autoconverge | {auto-converge=1}"
            })
    void presetsAreThoseOfTheSpecification(String name, String differences) {
        ConvergencePreset preset = ConvergencePreset.named(name);
        assertThat(preset.parameters()).hasToString(differences);
        assertThat(preset.policy()).isSameAs(ConvergencePolicy.standard());
        assertThat(preset.description()).isNotBlank();
    }

    @Test
    void unknownNameIsAnsweredWithTheNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConvergencePreset.named("magic"))
                .withMessage(
                        "policy 'magic' is unknown; there are qemu, qemu-2011, treutner, liguori, qemu-autoconverge, "
                                + "cloud-hypervisor, xen, xen-classic, p.haul, nova, vdsm, kubevirt");
    }
}
