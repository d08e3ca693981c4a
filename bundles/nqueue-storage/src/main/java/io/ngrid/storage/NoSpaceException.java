package io.ngrid.storage;

import java.io.IOException;

/** A file on which nothing depends yet could not be made, for lack of space mostly [D3]. It is deleted; try again later. */
final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    NoSpaceException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
