package io.ngrid.spi.message;

import io.ngrid.spi.LogPosition;

/**
 * SNAPSHOT_ACK: answers SNAPSHOT_CHUNK [C1].
 *
 * @param epoch the request's epoch
 * @param snapshot the request's snapshot
 * @param position what is wanted next: all before it is written
 * @param outcome what became of it
 */
public record SnapshotAck(long epoch, LogPosition snapshot, long position, Outcome outcome) implements Message {
    /** What becomes of a snapshot. */
    public enum Outcome {
        /** The piece at the position is wanted. */
        WANTED(0),
        /** It cannot be taken now, for lack of space perhaps; later it may, from the beginning. */
        FAILED(2),
        /** What came is not valid: the sender had better look at its files [D2]. Wanted again, from the beginning. */
        DAMAGED(3);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        /**
         * Its code in frames.
         *
         * @return the code
         */
        public int code() {
            return code;
        }

        /**
         * The outcome of a code.
         *
         * @param code the code
         * @return the outcome
         * @throws IllegalArgumentException if there is none
         */
        public static Outcome of(int code) {
            for (Outcome outcome : values()) {
                if (outcome.code == code) {
                    return outcome;
                }
            }
            throw new IllegalArgumentException("no outcome of a snapshot has code " + code);
        }
    }
}
