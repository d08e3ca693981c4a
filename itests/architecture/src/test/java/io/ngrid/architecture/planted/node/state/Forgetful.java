package io.ngrid.architecture.planted.node.state;

import java.io.DataInput;
import java.io.File;
import java.io.IOException;

/** A state that forgets by the clock, and depends on a file. */
public final class Forgetful {
    private Forgetful() {}

    static boolean isOver(DataInput in) throws IOException {
        return in.readLong() < System.currentTimeMillis();
    }

    static boolean isThere(String name) {
        return new File(name).exists();
    }
}
