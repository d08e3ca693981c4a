package io.ngrid.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What an element costs. Bytes are those that the kernel counts for this process ({@code write_bytes} of
 * {@code /proc/self/io}: pages made dirty, so a page that is forced twice counts twice); fsyncs are those that the JVM saw
 * (Flight Recorder), and those that the store's native code counts. The store is closed within the count.
 *
 * @param bytes bytes an element, NaN where the kernel does not say
 * @param syncs fsyncs an element
 */
record Cost(double bytes, double syncs) {
    private static final Path IO = Path.of("/proc/self/io");

    private static final long SLOW_ONES = 200;

    static Cost of(Contender contender, Load load, long wanted, Workplace workplace) throws Exception {
        long elements = contender.syncingWrites() ? Math.min(wanted, SLOW_ONES) : wanted;
        Path directory = workplace.fresh();
        try {
            long before = writtenBytes();
            long done = append(contender, load, elements, directory)[0];
            double bytes = before < 0 ? Double.NaN : (double) (writtenBytes() - before) / done;
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

    private static long writtenBytes() throws IOException {
        if (!Files.isReadable(IO)) {
            return -1;
        }
        return Files.readAllLines(IO).stream()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                .findAny()
                .orElse(-1);
    }
}
