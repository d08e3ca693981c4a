package io.ngrid.demo;

import java.util.List;

/** What people see: lines, a progress line that is redrawn on a terminal only, and tables. Colour only on a terminal. */
final class Screen {
    private static final int BAR = 30;

    private final boolean terminal = Boolean.getBoolean("ngrid.terminal");
    private final long startNanos = System.nanoTime();
    private boolean progressShown;
    private int lastTenth = -1;

    void line(String text) {
        clear();
        System.out.printf("%5.1fs  %s%n", (System.nanoTime() - startNanos) / 1e9, text);
    }

    void important(String text) {
        line(terminal ? "\u001b[33m" + text + "\u001b[0m" : text);
    }

    /** On a terminal a bar that moves; elsewhere a line each tenth. */
    void progress(long done, long delivered, long of, String note) {
        long percent = of == 0 ? 100 : 100 * done / of;
        if (terminal) {
            int full = (int) (BAR * done / Math.max(1, of));
            System.out.printf(
                    "\r\u001b[K        [%s%s] %3d %%  offered %,d  delivered %,d  %s",
                    "#".repeat(Math.min(full, BAR)),
                    ".".repeat(BAR - Math.min(full, BAR)),
                    percent,
                    done,
                    delivered,
                    note);
            System.out.flush();
            progressShown = true;
        } else if (percent / 10 > lastTenth) {
            lastTenth = (int) (percent / 10);
            line(String.format("%3d %%  offered %,d  delivered %,d  %s", percent, done, delivered, note));
        }
    }

    void table(List<String> header, List<List<String>> rows) {
        clear();
        int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = header.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        print(header, widths);
        StringBuilder rule = new StringBuilder("        ");
        for (int width : widths) {
            rule.append("-".repeat(width)).append("  ");
        }
        System.out.println(rule.toString().stripTrailing());
        rows.forEach(row -> print(row, widths));
    }

    private static void print(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder("        ");
        for (int column = 0; column < widths.length; column++) {
            line.append(String.format("%-" + widths[column] + "s  ", row.get(column)));
        }
        System.out.println(line.toString().stripTrailing());
    }

    private void clear() {
        if (progressShown) {
            System.out.print("\r\u001b[K");
            progressShown = false;
        }
    }
}
