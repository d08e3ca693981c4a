package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Store;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * The least that does group commit: one thread takes what has queued, writes lengths and bytes behind each other in one
 * write, forces, and answers. No checksums, no numbers, no segments: what the disk and the hand-over cost.
 */
final class BareLog implements Store {
    private static final int BUFFER = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final GroupCommit commits;

    BareLog(Path directory) throws Exception {
        Files.createDirectories(directory);
        this.channel = FileChannel.open(
                directory.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.position(channel.size());
        this.commits = new GroupCommit(this::write);
    }

    @Override
    public void append(byte[] body) throws Exception {
        appendAll(List.of(body));
    }

    @Override
    public void appendAll(List<byte[]> bodies) throws Exception {
        commits.append(bodies);
    }

    private void write(List<List<byte[]>> calls) throws Exception {
        for (List<byte[]> bodies : calls) {
            for (byte[] body : bodies) {
                if (buffer.remaining() < Integer.BYTES + body.length) {
                    write();
                }
                buffer.putInt(body.length).put(body);
            }
        }
        write();
        channel.force(false);
    }

    private void write() throws Exception {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void scan(Consumer<byte[]> each) throws Exception {
        ByteBuffer window = ByteBuffer.allocate(BUFFER);
        long at = 0;
        while (channel.read(window, at) > 0) {
            at += window.position();
            window.flip();
            while (window.remaining() >= Integer.BYTES
                    && window.remaining() >= Integer.BYTES + window.getInt(window.position())) {
                byte[] body = new byte[window.getInt()];
                window.get(body);
                each.accept(body);
            }
            at -= window.remaining();
            window.clear();
        }
    }

    @Override
    public void close() throws Exception {
        commits.close();
        channel.close();
    }
}
