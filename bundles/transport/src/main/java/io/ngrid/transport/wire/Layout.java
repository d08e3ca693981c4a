package io.ngrid.transport.wire;

/**
 * How one kind of frame lies in its body. Fields are only ever appended, with the version raised.
 *
 * @param <F> what it writes and reads
 */
interface Layout<F> {
    /** Writes all fields, version first. */
    void write(F value, BodyWriter out);

    /**
     * Reads the fields that it knows.
     *
     * @throws FrameException if they are not there
     */
    F read(BodyReader in);

    /** About how many bytes {@link #write} will write. */
    default int sizeHint(F value) {
        return 256;
    }
}
