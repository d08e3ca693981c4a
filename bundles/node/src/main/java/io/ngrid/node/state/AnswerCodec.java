package io.ngrid.node.state;

import java.util.List;

/** Bytes of an {@link Answer}. The codes are sent; never reuse one. */
public final class AnswerCodec {
    private static final int COUNT = 1;
    private static final int ELEMENTS = 2;
    private static final int QUEUE = 3;
    private static final int VALUE = 4;
    private static final int PAGE = 5;
    private static final int FAILED = 6;

    private AnswerCodec() {}

    /** Writes an answer. */
    public static void write(ByteWriter out, Answer answer) {
        if (answer instanceof Answer.Count count) {
            out.u8(COUNT);
            out.varint(count.value());
        } else if (answer instanceof Answer.Elements elements) {
            out.u8(ELEMENTS);
            out.varint(elements.queue());
            out.longs(elements.sequences());
        } else if (answer instanceof Answer.Queue queue) {
            out.u8(QUEUE);
            SettingsCodec.write(out, queue.settings());
            out.varint(queue.size());
        } else if (answer instanceof Answer.Value value) {
            out.u8(VALUE);
            out.optionalBytes(value.value());
            out.varint(value.version());
        } else if (answer instanceof Answer.Page page) {
            out.u8(PAGE);
            out.arrays(page.keys());
            out.arrays(page.values());
            out.longs(page.versions());
        } else if (answer instanceof Answer.Failed failed) {
            out.u8(FAILED);
            out.u8(failed.reason().code());
            out.string(failed.message());
        } else {
            throw new IllegalStateException("no layout for " + answer.getClass());
        }
    }

    /**
     * Reads an answer.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Answer read(ByteReader in) {
        int code = in.u8();
        return switch (code) {
            case COUNT -> new Answer.Count(in.varint());
            case ELEMENTS -> new Answer.Elements(in.varint(), in.longs());
            case QUEUE -> new Answer.Queue(SettingsCodec.readQueue(in), in.varint());
            case VALUE -> new Answer.Value(in.optionalBytes(), in.varint());
            case PAGE -> page(in.arrays(), in.arrays(), in.longs());
            case FAILED -> new Answer.Failed(ResultCodec.reason(in), in.string());
            default -> throw new IllegalArgumentException("no answer has code " + code);
        };
    }

    private static Answer.Page page(List<byte[]> keys, List<byte[]> values, List<Long> versions) {
        if (keys.size() != values.size() || keys.size() != versions.size()) {
            throw new IllegalArgumentException("a page has " + keys.size() + " keys, " + values.size() + " values and "
                    + versions.size() + " versions");
        }
        return new Answer.Page(keys, values, versions);
    }
}
