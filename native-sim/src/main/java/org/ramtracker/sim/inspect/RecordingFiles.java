package org.ramtracker.sim.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of one recording, opened: the main connection, and the page channels of a multifd migration.
 *
 * @param main the main connection
 * @param channels the page channels
 */
public record RecordingFiles(StreamFile main, List<StreamFile> channels) implements AutoCloseable {
    /** Takes an own copy of the list. */
    public RecordingFiles {
        channels = List.copyOf(channels);
    }

    /**
     * Opens them.
     *
     * @param names as in {@link StreamFile#open}, the main connection first
     * @param standardInput read for a name that says so
     * @throws IOException if one cannot be opened; then none is left open
     */
    public static RecordingFiles open(List<String> names, InputStream standardInput) throws IOException {
        List<StreamFile> files = new ArrayList<>();
        try {
            for (String name : names) {
                files.add(StreamFile.open(name, standardInput));
            }
            return new RecordingFiles(files.getFirst(), files.subList(1, files.size()));
        } catch (IOException | RuntimeException e) {
            closeAll(files, e);
            throw e;
        }
    }

    private static void closeAll(List<StreamFile> files, Exception cause) {
        for (StreamFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        main.close();
        for (StreamFile channel : channels) {
            channel.close();
        }
    }
}
