package io.ngrid.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Bytes of a file, in pages; a page of zeros takes no memory, so preallocated files are cheap. */
final class Content {
    private static final int PAGE = 4096;

    private byte[] @Nullable [] pages;
    private long length;

    Content() {
        this(new byte[4][], 0);
    }

    private Content(byte[] @Nullable [] pages, long length) {
        this.pages = pages;
        this.length = length;
    }

    Content copy() {
        byte[] @Nullable [] copies = new byte[pages.length][];
        for (int i = 0; i < pages.length; i++) {
            byte[] page = pages[i];
            copies[i] = page == null ? null : page.clone();
        }
        return new Content(copies, length);
    }

    long length() {
        return length;
    }

    int read(byte[] target, int offset, int count, long position) {
        int wanted = (int) Math.max(0, Math.min(count, length - position));
        int done = 0;
        while (done < wanted) {
            int inPage = (int) ((position + done) % PAGE);
            int n = Math.min(wanted - done, PAGE - inPage);
            byte[] page = pages[(int) ((position + done) / PAGE)];
            if (page == null) {
                Arrays.fill(target, offset + done, offset + done + n, (byte) 0);
            } else {
                System.arraycopy(page, inPage, target, offset + done, n);
            }
            done += n;
        }
        return wanted;
    }

    void write(byte[] source, int offset, int count, long position) {
        grow(position + count);
        int done = 0;
        while (done < count) {
            int number = (int) ((position + done) / PAGE);
            int inPage = (int) ((position + done) % PAGE);
            int n = Math.min(count - done, PAGE - inPage);
            byte[] page = pages[number];
            if (page == null && !isZero(source, offset + done, n)) {
                page = new byte[PAGE];
                pages[number] = page;
            }
            if (page != null) {
                System.arraycopy(source, offset + done, page, inPage, n);
            }
            done += n;
        }
    }

    /** Makes it at least so long; what is new is zeros. */
    void grow(long newLength) {
        int needed = (int) ((newLength + PAGE - 1) / PAGE);
        if (needed > pages.length) {
            pages = Arrays.copyOf(pages, Math.max(needed, pages.length * 2));
        }
        length = Math.max(length, newLength);
    }

    void truncate(long newLength) {
        if (newLength >= length) {
            return;
        }
        int first = (int) (newLength / PAGE);
        int inPage = (int) (newLength % PAGE);
        byte[] page = first < pages.length ? pages[first] : null;
        if (page != null) {
            Arrays.fill(page, inPage, PAGE, (byte) 0);
        }
        for (int i = first + 1; i < pages.length; i++) {
            pages[i] = null;
        }
        length = newLength;
    }

    private static boolean isZero(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
