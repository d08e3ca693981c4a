package io.ngrid.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Spoils a consumer's ledger, to show that the comparison sees it. */
enum Plant {
    /** One element is missing. */
    LOST,
    /** One element is there twice. */
    DOUBLED,
    /** Two neighbours have changed places. */
    SWAPPED;

    void spoil(Path ledger) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(ledger));
        int middle = lines.size() / 2;
        switch (this) {
            case LOST -> lines.remove(middle);
            case DOUBLED -> lines.add(middle, lines.get(middle));
            case SWAPPED -> lines.add(middle - 1, lines.remove(middle));
        }
        Files.write(ledger, lines);
    }
}
