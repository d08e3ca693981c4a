package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value in two checksummed slots, changed in place. A write goes to the first slot, force, then to the second, force: a
 * torn write spoils one slot at most, and rot of one is repaired from the other. The highest valid slot counts; none is
 * corruption, never a default [D2].
 */
final class SlotFile implements AutoCloseable {
    private static final int HEADER = 24; // magic, counter, length, CRC

    private final String path;
    private final long magic;
    private final int slotBytes;
    private final DiskFile file;
    private long counter;
    private byte[] value;

    private SlotFile(String path, long magic, int slotBytes, DiskFile file, Slot newest) {
        this.path = path;
        this.magic = magic;
        this.slotBytes = slotBytes;
        this.file = file;
        this.counter = newest.counter;
        this.value = newest.value;
    }

    private record Slot(long counter, byte[] value) {}

    /** Makes the file, durably, in one step. */
    static void create(Disk disk, String directory, String name, long magic, int slotBytes, byte[] value)
            throws IOException {
        String path = Segments.path(directory, name);
        String temporary = path + ".tmp";
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary, true)) {
            ByteBuffer slot = encode(magic, slotBytes, new Slot(1, value));
            Segments.fillWithZeros(file, 0, 2L * slotBytes);
            file.write(new ByteBuffer[] {slot.duplicate()}, 0);
            file.write(new ByteBuffer[] {slot.duplicate()}, slotBytes);
            Faults.force(file, temporary);
        }
        disk.rename(temporary, path);
        Faults.forceDirectory(disk, directory);
    }

    static SlotFile open(Disk disk, String path, long magic, int slotBytes) throws IOException {
        DiskFile file = existing(disk, path);
        boolean opened = false;
        try {
            SlotFile slots = new SlotFile(path, magic, slotBytes, file, newest(file, path, magic, slotBytes));
            // Whatever they look like: what a killed process wrote may not be on disk, nor what it failed to force, of
            // which the operating system may think that it is. The same bytes: where they are on disk, nothing can
            // tear.
            slots.store(new Slot(slots.counter, slots.value));
            opened = true;
            return slots;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /** The value, without touching the file. */
    static byte[] read(Disk disk, String path, long magic, int slotBytes) throws IOException {
        try (DiskFile file = existing(disk, path)) {
            return newest(file, path, magic, slotBytes).value;
        }
    }

    /** How many of the two slots are valid, without touching the file. */
    static int validSlots(Disk disk, String path, long magic, int slotBytes) throws IOException {
        try (DiskFile file = existing(disk, path)) {
            newest(file, path, magic, slotBytes);
            boolean both =
                    decode(file, 0, magic, slotBytes) != null && decode(file, slotBytes, magic, slotBytes) != null;
            return both ? 2 : 1;
        }
    }

    private static DiskFile existing(Disk disk, String path) throws IOException {
        try {
            return disk.open(path, false);
        } catch (NoSuchFileException e) {
            throw new CorruptionException(path, 0, "it is missing");
        }
    }

    private static Slot newest(DiskFile file, String path, long magic, int slotBytes) throws IOException {
        Slot first = decode(file, 0, magic, slotBytes);
        Slot second = decode(file, slotBytes, magic, slotBytes);
        if (first == null && second == null) {
            throw new CorruptionException(path, 0, "neither of its two slots is valid");
        }
        Slot newest = second == null || (first != null && first.counter >= second.counter) ? first : second;
        return java.util.Objects.requireNonNull(newest);
    }

    byte[] value() {
        return value;
    }

    /** Durable on return. After an exception the file must not be written again [D1]. */
    void write(byte[] newValue) throws IOException {
        Slot slot = new Slot(counter + 1, newValue);
        store(slot);
        counter = slot.counter;
        value = newValue;
    }

    private void store(Slot slot) throws IOException {
        for (int i = 0; i < 2; i++) {
            file.write(new ByteBuffer[] {encode(magic, slotBytes, slot)}, (long) i * slotBytes);
            file.force();
        }
    }

    /**
     * Not durable, but with the operating system. Only the first slot is touched: the other one keeps what was last durable,
     * should a power cut tear this write.
     */
    void writeUnforced(byte[] newValue) throws IOException {
        Slot slot = new Slot(counter + 1, newValue);
        file.write(new ByteBuffer[] {encode(magic, slotBytes, slot)}, 0);
        counter = slot.counter;
        value = newValue;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    @Override
    public String toString() {
        return path;
    }

    private static ByteBuffer encode(long magic, int slotBytes, Slot slot) {
        if (slot.value.length > slotBytes - HEADER) {
            throw new IllegalArgumentException(
                    "value of " + slot.value.length + " bytes does not fit a slot of " + slotBytes);
        }
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + slot.value.length); // what is left of the slot does not count
        bytes.putLong(magic)
                .putLong(slot.counter)
                .putInt(slot.value.length)
                .putInt(0)
                .put(slot.value);
        bytes.putInt(20, crc(bytes.array(), HEADER + slot.value.length));
        return bytes.clear();
    }

    private static @Nullable Slot decode(DiskFile file, long offset, long magic, int slotBytes) throws IOException {
        byte[] bytes = new byte[slotBytes];
        file.read(ByteBuffer.wrap(bytes), offset);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int length = buffer.getInt(16);
        if (buffer.getLong(0) != magic || length < 0 || length > slotBytes - HEADER) {
            return null;
        }
        return buffer.getInt(20) == crc(bytes, HEADER + length)
                ? new Slot(buffer.getLong(8), Arrays.copyOfRange(bytes, HEADER, HEADER + length))
                : null;
    }

    private static int crc(byte[] bytes, int length) {
        byte[] covered = Arrays.copyOf(bytes, length);
        Arrays.fill(covered, 20, HEADER, (byte) 0);
        return Checksum.of(covered, 0, length);
    }
}
