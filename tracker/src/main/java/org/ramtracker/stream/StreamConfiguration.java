package org.ramtracker.stream;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.ramtracker.memory.PageSize;

/**
 * What the configuration of a stream says.
 *
 * @param machineType for example {@code pc-q35-7.2}
 * @param targetPageBits log2 of the page size, if it is announced; otherwise pages have 4 KiB
 * @param capabilities the capabilities that both sides must share
 * @param uuid the guest's UUID, if it is announced
 */
public record StreamConfiguration(
        String machineType, Optional<Integer> targetPageBits, List<String> capabilities, Optional<UUID> uuid) {

    /** Takes an own copy of the capabilities. */
    public StreamConfiguration {
        capabilities = List.copyOf(capabilities);
    }

    /**
     * A configuration without capabilities and UUID, which announces the page size unless it is 4 KiB.
     *
     * @param machineType name of the machine type
     * @param pageSize page size of the guest
     * @return the configuration
     */
    public static StreamConfiguration of(String machineType, PageSize pageSize) {
        Optional<Integer> bits =
                pageSize.shift() == PageSize.SHIFT_MIN ? Optional.empty() : Optional.of(pageSize.shift());
        return new StreamConfiguration(machineType, bits, List.of(), Optional.empty());
    }

    /**
     * The page size.
     *
     * @return the announced one, or 4 KiB
     */
    public PageSize pageSize() {
        return targetPageBits.map(PageSize::new).orElse(PageSize.KIB_4);
    }
}
