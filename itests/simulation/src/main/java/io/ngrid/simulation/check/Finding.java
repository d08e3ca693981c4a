package io.ngrid.simulation.check;

/**
 * Something that no queue or map may show.
 *
 * @param kind what it is
 * @param object name of the queue or map, with the key
 * @param text the calls that show it
 */
public record Finding(Kind kind, String object, String text) {
    /** Kinds of findings. */
    public enum Kind {
        /** Acknowledged, and never seen again. */
        LOST,
        /** Delivered twice. */
        DOUBLED,
        /** Seen without being written, before it was, or although the writer was told that it was not. */
        INVENTED,
        /** First in, but not first out. */
        OUT_OF_ORDER,
        /** Answered as empty while something was in it all the time. */
        WRONGLY_EMPTY,
        /** A size, or an offer that fitted or did not, though the queue never was that long. */
        WRONG_SIZE,
        /** A value that had been replaced or taken. */
        STALE_READ,
        /** Two updates replaced the same value. */
        LOST_UPDATE,
        /** A part of what was written together, without the rest. */
        TORN,
        /** A value with two versions, or two values with one. */
        VERSION,
        /** Writes of a session in another order, or a read of one without its writes. */
        SESSION_ORDER,
        /** None of the kinds above, but no order of the calls explains what they were told. */
        NOT_LINEARIZABLE,
        /** The search for an order gave up. */
        UNDECIDED
    }

    @Override
    public String toString() {
        return kind + " " + object + ": " + text;
    }
}
