package io.ngrid.spi.storage;

/** A file holds what was never written to it, or lacks what was [D2]. */
public class CorruptionException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;
    private final String what;

    /**
     * Makes the exception.
     *
     * @param file the file
     * @param offset where in it, in bytes
     * @param what what is wrong there
     */
    public CorruptionException(String file, long offset, String what) {
        super(file + " is corrupt at offset " + offset + ": " + what, null);
        this.file = file;
        this.offset = offset;
        this.what = what;
    }

    /**
     * The file.
     *
     * @return its path
     */
    public String file() {
        return file;
    }

    /**
     * Where in the file.
     *
     * @return the offset, in bytes
     */
    public long offset() {
        return offset;
    }

    /**
     * What is wrong there.
     *
     * @return a sentence
     */
    public String what() {
        return what;
    }
}
