package io.ngrid.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits to be written to one connection, bounded in bytes. Any thread offers; whatever has queued up when the I/O
 * thread comes to it goes out with one flush.
 */
final class Outbound {
    private final Channel channel;
    private final Traffic traffic;
    private final int maxBytes;
    private final Queue<ByteBuf> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicLong waiting = new AtomicLong();
    private long lastSentNanos = System.nanoTime(); // the I/O thread's

    Outbound(Channel channel, Traffic traffic, int maxBytes) {
        this.channel = channel;
        this.traffic = traffic;
        this.maxBytes = maxBytes;
    }

    /** Bytes not yet handed to the operating system. */
    long bytes() {
        return waiting.get();
    }

    /** When something was last written; for the I/O thread only. */
    long lastSentNanos() {
        return lastSentNanos;
    }

    /** Whether not even one more byte has room: saves the encoding of what would be refused. */
    boolean full() {
        return waiting.get() >= maxBytes;
    }

    /**
     * Takes a frame over, or releases it.
     *
     * @return false if it has no room; an empty buffer takes a frame of any size, or it would never go
     */
    boolean offer(ByteBuf frame) {
        int bytes = frame.readableBytes();
        long before = waiting.getAndAdd(bytes);
        if (before > 0 && before + bytes > maxBytes) {
            waiting.addAndGet(-bytes);
            frame.release();
            return false;
        }
        queue.add(frame);
        if (draining.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::drain);
            } catch (RejectedExecutionException e) { // the transport is closed
                discard();
                return false;
            }
        }
        return true;
    }

    private void drain() {
        draining.set(false); // before the queue is read: a frame offered from now on starts another drain
        ByteBuf frame = queue.poll();
        if (frame == null) {
            return;
        }
        lastSentNanos = System.nanoTime();
        while (frame != null) {
            int bytes = frame.readableBytes();
            // A closed channel fails the write and releases the frame.
            channel.write(frame).addListener((ChannelFutureListener) future -> written(future, bytes));
            frame = queue.poll();
        }
        channel.flush();
    }

    private void written(ChannelFuture future, int bytes) {
        waiting.addAndGet(-bytes);
        if (future.isSuccess()) {
            traffic.sent(bytes);
        }
    }

    private void discard() {
        draining.set(false);
        for (ByteBuf frame = queue.poll(); frame != null; frame = queue.poll()) {
            waiting.addAndGet(-frame.readableBytes());
            frame.release();
        }
    }
}
