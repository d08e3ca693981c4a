package io.ngrid.transport;

import java.util.concurrent.atomic.LongAdder;

/** Counters of a peer since start, over all its connections. */
final class Traffic {
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder framesIn = new LongAdder();
    final LongAdder framesOut = new LongAdder();
    final LongAdder connections = new LongAdder();

    private volatile long lastReceivedNanos;

    void received(int bytes, long nowNanos) {
        bytesIn.add(bytes);
        framesIn.increment();
        lastReceivedNanos = nowNanos == 0 ? 1 : nowNanos; // 0 means never
    }

    void sent(int bytes) {
        bytesOut.add(bytes);
        framesOut.increment();
    }

    /** For how long nothing has come; longest if nothing ever has. */
    long silentNanos(long nowNanos) {
        long last = lastReceivedNanos;
        return last == 0 ? Long.MAX_VALUE : nowNanos - last;
    }

    long lastReceivedNanos() {
        return lastReceivedNanos;
    }
}
