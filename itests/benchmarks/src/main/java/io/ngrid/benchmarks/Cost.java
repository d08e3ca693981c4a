package io.ngrid.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What an element costs. Bytes are those that the disk below the store's directory was given until all is on it, whoever
 * wrote them: nothing else may be running. ({@code write_bytes} of {@code /proc/self/io} would count all of a large folio of
 * the page cache of which one page is written.) Fsyncs are those that the JVM saw (Flight Recorder), and those that the
 * store's native code counts. The store is closed within the count.
 *
 * @param bytes bytes an element, NaN where the system does not say
 * @param syncs fsyncs an element
 */
record Cost(double bytes, double syncs) {
    private static final Path DEVICES = Path.of("/sys/dev/block");
    private static final int SECTOR = 512;
    private static final int SECTORS_WRITTEN = 6; // Documentation/block/stat of Linux

    private static final long SLOW_ONES = 200;

    static Cost of(Contender contender, Load load, long wanted, Workplace workplace) throws Exception {
        long elements = contender.syncingWrites() ? Math.min(wanted, SLOW_ONES) : wanted;
        Path directory = workplace.fresh();
        try {
            double before = writtenBytes(workplace.root());
            long done = append(contender, load, elements, directory)[0];
            double bytes = (writtenBytes(workplace.root()) - before) / done;
            Workplace.delete(directory);
            return new Cost(bytes, syncs(contender, load, elements, directory));
        } finally {
            Workplace.delete(directory);
        }
    }

    private static double syncs(Contender contender, Load load, long elements, Path directory) throws Exception {
        Path events = workplaceFile(directory);
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold().withoutStackTrace();
            if (contender.syncingWrites()) {
                recording.enable("jdk.FileWrite").withoutThreshold().withoutStackTrace();
            }
            recording.start();
            long[] done = append(contender, load, elements, directory);
            recording.stop();
            recording.dump(events);
            long seen = 0;
            try (RecordingFile file = new RecordingFile(events)) {
                while (file.hasMoreEvents()) {
                    RecordedEvent event = file.readEvent();
                    seen += event.getEventType().getName().startsWith("jdk.File") ? 1 : 0;
                }
            }
            return (double) (seen + done[1]) / done[0];
        } finally {
            Files.deleteIfExists(events);
        }
    }

    private static Path workplaceFile(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".jfr");
    }

    /** Returns elements and native fsyncs. */
    private static long[] append(Contender contender, Load load, long elements, Path directory) throws Exception {
        try (Store store = contender.opener().open(directory)) {
            long done = load.count(store, elements).elements();
            return new long[] {done, store.nativeSyncs()};
        }
    }

    /** When all that is in the page cache has been given to it; NaN where the system does not say, as without a disk. */
    private static double writtenBytes(Path directory) throws IOException, InterruptedException {
        if (!Files.exists(DEVICES)) {
            return Double.NaN;
        }
        long device = (Long) Files.getAttribute(directory, "unix:dev");
        Path statistics = DEVICES.resolve((device >> 8) + ":" + (device & 0xff)).resolve("stat");
        if (!Files.isReadable(statistics)) {
            return Double.NaN;
        }
        new ProcessBuilder("sync", "--file-system", directory.toString())
                .start()
                .waitFor();
        return Double.parseDouble(Files.readString(statistics).strip().split(" +")[SECTORS_WRITTEN]) * SECTOR;
    }
}
