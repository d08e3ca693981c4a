package io.ngrid.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows under a heading, aligned. */
final class Table {
    private final String title;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String title, String... heading) {
        this.title = title;
        rows.add(List.of(heading));
    }

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(title).append("\n\n");
        for (int r = 0; r < rows.size(); r++) {
            line(text, rows.get(r));
            if (r == 0) {
                line(text, rows.get(0).stream().map(cell -> "-").toList());
            }
        }
        return text.append('\n').toString();
    }

    private void line(StringBuilder text, List<String> cells) {
        for (int c = 0; c < cells.size(); c++) {
            int column = c;
            int width = rows.stream()
                    .mapToInt(row -> row.get(column).length())
                    .max()
                    .orElse(0);
            String cell = cells.get(c).equals("-") ? "-".repeat(width) : cells.get(c);
            text.append(String.format(Locale.ROOT, c == 0 ? "| %-" + width + "s " : "| %" + width + "s ", cell));
        }
        text.append("|\n");
    }

    static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
    }
}
