package org.ramtracker.sim.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ramtracker.live.Compression;
import org.ramtracker.migrate.MigrationParameter;
import org.ramtracker.migrate.MigrationParameters;
import org.ramtracker.sim.monitor.MigrationCapability;
import org.ramtracker.sim.monitor.ParameterChanges;
import org.ramtracker.sim.monitor.TransferParameter;
import org.ramtracker.sim.monitor.TransferParameters;
import org.ramtracker.stream.ChannelCompression;

class MachineSettingsTest {
    private static final int PAGE_BYTES = 16 << 10;

    private final MachineSettings settings = new MachineSettings(MigrationParameters.defaults());

    private void set(TransferParameter parameter, long value) {
        settings.change(ParameterChanges.of(parameter, value), PAGE_BYTES);
    }

    private void compressWith(ChannelCompression method) {
        set(TransferParameter.MULTIFD_COMPRESSION, method.flag());
    }

    @Test
    void atFirstPagesTravelWholeInTheOneStream() {
        assertThat(settings.transfer()).isEqualTo(TransferSpec.PLAIN);
        assertThat(settings.channels()).isZero();
        assertThat(settings.capabilities()).containsExactly(MigrationCapability.EVENTS);
    }

    @Test
    void channelsAreThereOnceTheCapabilityIsOn() {
        set(TransferParameter.MULTIFD_CHANNELS, 5);
        assertThat(settings.channels()).isZero();
        settings.change(Map.of(MigrationCapability.MULTIFD, true));
        assertThat(settings.channels()).isEqualTo(5);
        assertThat(settings.transfer()).isEqualTo(new TransferSpec(0, 5, Compression.NONE));
    }

    @Test
    void eachMethodHasItsOwnLevel() {
        settings.change(Map.of(MigrationCapability.MULTIFD, true));
        set(TransferParameter.MULTIFD_ZLIB_LEVEL, 9);
        set(TransferParameter.MULTIFD_ZSTD_LEVEL, 20);
        compressWith(ChannelCompression.ZLIB);
        assertThat(settings.transfer().compression()).isEqualTo(new Compression(ChannelCompression.ZLIB, 9));
        compressWith(ChannelCompression.ZSTD);
        assertThat(settings.transfer().compression()).isEqualTo(new Compression(ChannelCompression.ZSTD, 20));
        set(TransferParameter.MULTIFD_ZSTD_LEVEL, 0);
        assertThat(settings.transfer().compression()).isEqualTo(new Compression(ChannelCompression.ZSTD, 3));
    }

    @Test
    void xbzrleHasItsCacheAndDoesNotGoTogetherWithChannels() {
        settings.change(Map.of(MigrationCapability.XBZRLE, true));
        assertThat(settings.transfer())
                .isEqualTo(new TransferSpec(TransferSpec.XBZRLE_CACHE_BYTES_DEFAULT, 0, Compression.NONE));
        assertThatThrownBy(() -> settings.change(
                        Map.of(MigrationCapability.MULTIFD, true, MigrationCapability.AUTO_CONVERGE, true)))
                .hasMessage("Multifd is not compatible with xbzrle");
        assertThat(settings.capabilities())
                .containsExactlyInAnyOrder(MigrationCapability.EVENTS, MigrationCapability.XBZRLE);
        settings.change(Map.of(MigrationCapability.MULTIFD, true, MigrationCapability.XBZRLE, false));
        assertThat(settings.channels()).isEqualTo(2);
    }

    @Test
    void theCacheHoldsAPageOfThisGuestAtLeast() {
        assertThatThrownBy(() -> set(TransferParameter.XBZRLE_CACHE_SIZE, PAGE_BYTES / 2))
                .hasMessage("Parameter 'xbzrle-cache-size' expects a power of two no less than the target page size");
        set(TransferParameter.XBZRLE_CACHE_SIZE, PAGE_BYTES);
        assertThat(settings.transferParameters().get(TransferParameter.XBZRLE_CACHE_SIZE))
                .isEqualTo(PAGE_BYTES);
    }

    @Test
    void oneWrongValueChangesNone() {
        ParameterChanges half = new ParameterChanges(
                Map.of(MigrationParameter.DOWNTIME_LIMIT, 1L), Map.of(TransferParameter.MULTIFD_CHANNELS, 0L));
        assertThatThrownBy(() -> settings.change(half, PAGE_BYTES)).hasMessageContaining("multifd-channels");
        assertThat(settings.parameters()).isEqualTo(MigrationParameters.defaults());
        assertThat(settings.transferParameters()).isSameAs(TransferParameters.defaults());
    }
}
