package io.ngrid.simulation;

/**
 * What is not left to the seed.
 *
 * @param nodes N, 0 for any
 * @param quorum W, 0 for a majority, -1 for any
 * @param faultNanos how long faults are made, 0 for any time
 * @param quiet how many times the time between two calls of a caller is longer than the seed says
 * @param parts what nodes are made of
 */
public record Options(int nodes, int quorum, long faultNanos, int quiet, Parts parts) {
    /**
     * Everything is left to the seed.
     *
     * @return the options
     */
    public static Options any() {
        return new Options(0, -1, 0, 1, Parts.real());
    }
}
