package io.ngrid.spi.election;

import java.util.random.RandomGenerator;

/** Makes election cores; a service in OSGi, found by ServiceLoader without. */
public interface ElectionFactory {
    /**
     * Makes a core.
     *
     * @param options what it starts from
     * @param random where its random numbers come from; asked only within {@link Election#handle}
     * @param nowNanos monotonic time
     * @return the core
     */
    Election create(ElectionOptions options, RandomGenerator random, long nowNanos);
}
