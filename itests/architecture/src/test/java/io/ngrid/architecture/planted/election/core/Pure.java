package io.ngrid.architecture.planted.election.core;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What a core may do: use time and randomness that it is given.
 *
 * @param nowNanos the time
 * @param timeout a length of time
 * @param random numbers
 * @param body bytes
 */
public record Pure(long nowNanos, Duration timeout, RandomGenerator random, ByteBuffer body) {
    enum Step {
        ONE,
        TWO
    }

    long deadlineNanos() {
        byte[] copy = new byte[body.remaining()];
        System.arraycopy(body.array(), 0, copy, 0, copy.length);
        List<Step> steps = List.of(Step.values());
        return nowNanos
                + Math.max(timeout.toNanos(), random.nextLong(steps.size()))
                + steps.stream().filter(step -> step != Step.ONE).count();
    }
}
