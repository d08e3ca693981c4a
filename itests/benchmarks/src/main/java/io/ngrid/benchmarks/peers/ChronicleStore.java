package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/** Chronicle Queue with default settings: memory-mapped, never synced. One appender a thread, as it asks for. */
final class ChronicleStore implements Store {
    private final ChronicleQueue queue;
    private final ThreadLocal<ExcerptAppender> appender;

    ChronicleStore(Path directory) {
        this.queue = SingleChronicleQueueBuilder.binary(directory).build();
        this.appender = ThreadLocal.withInitial(queue::createAppender);
    }

    @Override
    public void append(byte[] body) {
        append(appender.get(), body);
    }

    @Override
    public void appendAll(List<byte[]> bodies) {
        ExcerptAppender to = appender.get();
        bodies.forEach(body -> append(to, body));
    }

    private static void append(ExcerptAppender to, byte[] body) {
        try (DocumentContext document = to.writingDocument()) {
            document.wire().bytes().write(body);
        }
    }

    @Override
    public void scan(Consumer<byte[]> each) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            while (true) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        return;
                    }
                    Bytes<?> bytes = document.wire().bytes();
                    byte[] body = new byte[(int) bytes.readRemaining()];
                    bytes.read(body);
                    each.accept(body);
                }
            }
        }
    }

    @Override
    public void close() {
        queue.close();
    }
}
