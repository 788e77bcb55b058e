package org.ramtracker.sim.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.ramtracker.sim.vmm.VmDirectory;

/**
 * Whose counters {@code stat} shows.
 *
 * @param title what to call it
 * @param file its counters
 * @param isVm whether it is a VM, which removes its file when it ends
 */
record Watched(String title, Path file, boolean isVm) {
    /**
     * Finds what a person means: a VM of this name if there is one, otherwise a file.
     *
     * @param nameOrFile what was typed
     * @param vms where VMs leave their files
     * @return what is meant
     * @throws IOException if there is neither; the message lists the VMs that run
     */
    static Watched find(String nameOrFile, VmDirectory vms) throws IOException {
        if (VmDirectory.isName(nameOrFile) && Files.exists(vms.countersPath(nameOrFile))) {
            return new Watched("VM " + nameOrFile, vms.countersPath(nameOrFile), true);
        }
        Path file = path(nameOrFile);
        if (!Files.exists(file)) {
            throw new IOException("there is no VM and no file %s; %s".formatted(nameOrFile, running(vms.running())));
        }
        return new Watched(nameOrFile, file, false);
    }

    private static Path path(String text) throws IOException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IOException(
                    "'%s' is neither the name of a VM nor of a file: %s".formatted(text, e.getReason()), e);
        }
    }

    private static String running(List<String> names) {
        return names.isEmpty() ? "no VM runs" : "these VMs run: " + String.join(", ", names);
    }
}
