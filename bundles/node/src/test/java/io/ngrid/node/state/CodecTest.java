package io.ngrid.node.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CodecTest {
    @Property
    void H11_commandsComeBackEqual(@ForAll long seed) {
        Command command = new Samples(seed).command();
        assertSame(CommandCodec.decode(CommandCodec.encode(command)), command);
    }

    @Property
    void H11_resultsQueriesAndAnswersComeBackEqual(@ForAll long seed) {
        Samples samples = new Samples(seed);
        Result result = samples.result();
        assertSame(ResultCodec.read(reader(ByteWriter.encode(out -> ResultCodec.write(out, result)))), result);
        Query query = samples.query();
        assertSame(QueryCodec.read(reader(ByteWriter.encode(out -> QueryCodec.write(out, query)))), query);
        Answer answer = samples.answer();
        assertSame(AnswerCodec.read(reader(ByteWriter.encode(out -> AnswerCodec.write(out, answer)))), answer);
    }

    @Property
    void numbersComeBackEqual(@ForAll long number) {
        assertThat(reader(ByteWriter.encode(out -> out.varint(number))).varint())
                .isEqualTo(number);
    }

    @Property
    void aCommandCutShortIsRefused(@ForAll long seed) {
        byte[] bytes = CommandCodec.encode(new Samples(seed).command());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException().isThrownBy(() -> CommandCodec.decode(cut));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @Property
    void spoiledBytesGiveACommandOrIllegalArgument(
            @ForAll long seed, @ForAll @IntRange(max = 1000) int at, @ForAll byte spoil) {
        byte[] bytes = CommandCodec.encode(new Samples(seed).command());
        bytes[at % bytes.length] = spoil;
        try {
            CommandCodec.decode(bytes);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Test
    void aLengthBeyondTheEndAllocatesNothing() {
        byte[] bytes = ByteWriter.encode(out -> out.varint(Integer.MAX_VALUE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(bytes).bytes())
                .withMessageContaining("cut short");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(bytes).longs())
                .withMessageContaining("cut short");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(bytes).arrays())
                .withMessageContaining("not allowed");
        byte[] negative = ByteWriter.encode(out -> out.varint(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(negative).bytes())
                .withMessageContaining("not allowed");
    }

    @Test
    void listsAndStringsHaveALimit() {
        List<byte[]> most = java.util.Collections.nCopies(ByteWriter.MAX_COUNT, new byte[0]);
        assertThatCode(() -> ByteWriter.encode(out -> out.arrays(most))).doesNotThrowAnyException();
        List<byte[]> tooMany = java.util.Collections.nCopies(ByteWriter.MAX_COUNT + 1, new byte[0]);
        assertThatIllegalArgumentException().isThrownBy(() -> ByteWriter.encode(out -> out.arrays(tooMany)));
        String longest = "x".repeat(ByteWriter.MAX_STRING);
        assertThat(reader(ByteWriter.encode(out -> out.string(longest))).string())
                .isEqualTo(longest);
        assertThatIllegalArgumentException().isThrownBy(() -> ByteWriter.encode(out -> out.string(longest + "x")));
    }

    @Test
    void stringsMustBeUtf8() {
        byte[] latin1 = ByteWriter.encode(out -> out.bytes("Grüße".getBytes(StandardCharsets.ISO_8859_1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(latin1).string())
                .withMessageContaining("UTF-8");
    }

    @Test
    void numbersBeyond64BitsAreRefused() {
        byte[] bytes = new byte[11];
        Arrays.fill(bytes, (byte) 0xFF);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader(bytes).varint())
                .withMessageContaining("64 bits");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        reader(ByteWriter.encode(out -> out.varint(1L << 31))).integer());
    }

    @Test
    void sequencesOfOperationsAreInRange() {
        for (long wrong : new long[] {0, -1, ByteReader.MAX_SEQUENCE + 1}) {
            Action action = new Action.Clear("q");
            UUID session = new UUID(1, 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CommandCodec.decode(
                            CommandCodec.encode(new Command.Execute(session, wrong, 1, List.of(), List.of(), action))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CommandCodec.decode(
                            CommandCodec.encode(new Command.Execute(session, 1, wrong, List.of(), List.of(), action))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CommandCodec.decode(CommandCodec.encode(
                            new Command.Execute(session, 1, 1, List.of(wrong), List.of(), action))));
        }
    }

    /** The layout is stored: a change of these bytes needs a new version. */
    @Test
    void theLayoutOfACommandIsFixed() {
        Command offer = new Command.Execute(
                new UUID(1, 2),
                7,
                5,
                List.of(6L),
                List.of(),
                new Action.Offer("q", List.of(new byte[] {9, 8}, new byte[] {})));
        assertThat(CommandCodec.encode(offer))
                .containsExactly(
                        1, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 7, 5, 1, 6, 0, 3, 1, 'q', 2, 2, 9, 8, 0);
    }

    private static ByteReader reader(byte[] bytes) {
        return new ByteReader(bytes);
    }

    private static void assertSame(Object actual, Object expected) {
        assertThat(actual).isInstanceOf(expected.getClass());
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    }
}
