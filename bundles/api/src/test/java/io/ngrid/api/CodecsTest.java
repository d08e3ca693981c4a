package io.ngrid.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CodecsTest {
    private static final ClassLoader LOADER = CodecsTest.class.getClassLoader();

    enum Color {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "leaf";
            }
        }
    }

    record Line(String article, int count) {}

    record Order(long id, List<Line> lines, Color color) {}

    record Stranger(String name) {}

    static final class Node {
        @SuppressWarnings("unused")
        Object next;

        private Node() {}
    }

    static final class NoDefaultConstructor {
        final String text;

        NoDefaultConstructor(String text) {
            this.text = text;
        }
    }

    static final class Sound {
        @SuppressWarnings("unused")
        int number;
    }

    @SuppressWarnings("unused")
    static final class Broken {
        static final Object MISSING = Objects.requireNonNull(Broken.class.getResource("missing"), "no such file");

        int number;
    }

    @Test
    void bytesAreFreshCopiesBothWays() {
        byte[] mine = {1, 2, 3};
        byte[] stored = Codecs.bytes().encode(mine);
        byte[] read = Codecs.bytes().decode(stored);
        mine[0] = 9;
        assertThat(stored).containsExactly(1, 2, 3);
        stored[0] = 8;
        assertThat(read).containsExactly(1, 2, 3);
    }

    @Property
    void textComesBackOrIsRefused(@ForAll String text) {
        try {
            assertThat(Codecs.string().decode(Codecs.string().encode(text))).isEqualTo(text);
        } catch (CodecException e) {
            assertThat(text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF))
                    .isTrue();
        }
    }

    @Test
    void textIsUtf8AndNothingElse() {
        assertThat(Codecs.string().encode("aé€𝄞")).isEqualTo(HexFormat.of().parseHex("61c3a9e282acf09d849e"));
        assertThatThrownBy(() -> Codecs.string().decode(new byte[] {(byte) 0xC3}))
                .isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Codecs.string().encode("\uD834")).isInstanceOf(CodecException.class);
    }

    @Test
    void recordsCollectionsAndEnumsComeBackEqualAndFresh() {
        Codec<Order> codec = Codecs.kryo(LOADER, Order.class, Line.class, Color.class);
        Order order = new Order(7, List.of(new Line("bolt", 3), new Line("nut", 4)), Color.GREEN);
        Order back = codec.decode(codec.encode(order));
        assertThat(back).isEqualTo(order).isNotSameAs(order);
        assertThat(codec.encode(back)).isEqualTo(codec.encode(order));
    }

    @Test
    void theJdkTypesThatAreRegisteredBeforehand() {
        Codec<Object> codec = Codecs.kryo(LOADER);
        List<Object> values = List.of(
                "text",
                1,
                2L,
                3.5,
                new ArrayList<>(List.of(1, "a")),
                List.of(1, 2, 3),
                List.of(1),
                Set.of("x"),
                Map.of("k", 1L),
                Optional.of("o"),
                new UUID(1, 2),
                new java.math.BigDecimal("1.50"),
                new java.math.BigInteger("12345678901234567890"),
                Instant.ofEpochSecond(5, 6),
                Duration.ofMillis(7),
                LocalDate.of(2024, 2, 29),
                Instant.EPOCH.atOffset(ZoneOffset.ofHours(2)),
                Month.MAY,
                Currency.getInstance("EUR"),
                Locale.GERMANY,
                URI.create("http://example.org/a"));
        for (Object value : values) {
            assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
        }
        assertThat((int[]) codec.decode(codec.encode(new int[] {1, -1}))).containsExactly(1, -1);
        assertThat((Object[]) codec.decode(codec.encode(new Object[] {"a", 1}))).containsExactly("a", 1);
    }

    @Test
    void storedNumbersOfClassesNeverMove() {
        Codec<Object> codec = Codecs.kryo(LOADER, Line.class, Color.class);
        // class 100 + 2, text "bolt", zigzag 3; class 101 + 2, name of the constant; UUID, last of the JDK's
        assertThat(codec.encode(new Line("bolt", 3))).asHexString().isEqualTo("66626F6CF406");
        assertThat(codec.encode(Color.GREEN)).asHexString().isEqualTo("6747524545CE");
        assertThat(codec.encode(URI.create("a:b"))[0]).isEqualTo((byte) (62 + 2));
        assertThat(codec.encode(new byte[0])[0]).isEqualTo((byte) (10 + 2));
    }

    @Test
    void anUnknownClassIsNamedBothWays() {
        Codec<Object> narrow = Codecs.kryo(LOADER, Line.class);
        assertThatThrownBy(() -> narrow.encode(new Stranger("x")))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(Stranger.class.getName())
                .hasMessageContaining("add it at the end");
        assertThatThrownBy(() -> narrow.encode(new ArrayList<>(List.of(new Stranger("x")))))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(Stranger.class.getName());
        Codec<Object> wide = Codecs.kryo(LOADER, Line.class, Stranger.class);
        byte[] bytes = wide.encode(new Stranger("x"));
        assertThatThrownBy(() -> narrow.decode(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("class number 101");
        assertThatThrownBy(() -> Codecs.kryo(LOADER).decode(bytes)).isInstanceOf(CodecException.class);
    }

    @Test
    void theListGrowsAtItsEnd() {
        byte[] old = Codecs.kryo(LOADER, Line.class).encode(new Line("bolt", 3));
        assertThat(Codecs.kryo(LOADER, Line.class, Stranger.class).decode(old)).isEqualTo(new Line("bolt", 3));
    }

    @Test
    void brokenBytesAreACodecException() {
        Codec<Object> codec = Codecs.kryo(LOADER, Line.class);
        byte[] good = codec.encode(new Line("bolt", 3));
        byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> codec.decode(longer)).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> codec.decode(new byte[0])).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> codec.decode(new byte[] {0})).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> codec.decode(java.util.Arrays.copyOf(good, 3))).isInstanceOf(CodecException.class);
        assertThat(codec.decode(good)).isEqualTo(new Line("bolt", 3));
    }

    @Test
    void aClassThatCannotBeInitializedIsACodecException() {
        byte[] bytes = Codecs.kryo(LOADER, Sound.class).encode(new Sound());
        Codec<Object> broken = Codecs.kryo(LOADER, Broken.class);
        for (int i = 0; i < 2; i++) { // ExceptionInInitializerError, and then NoClassDefFoundError
            assertThatThrownBy(() -> broken.decode(bytes))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("cannot be decoded")
                    .hasCauseInstanceOf(LinkageError.class);
        }
    }

    @Test
    void cyclesAreRefusedAndTheCodecGoesOn() {
        Codec<Node> codec = Codecs.kryo(LOADER, Node.class);
        Node node = new Node();
        node.next = node;
        assertThatThrownBy(() -> codec.encode(node))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("cycle");
        node.next = "end";
        assertThat(codec.decode(codec.encode(node)).next).isEqualTo("end");
    }

    @Test
    void classesWithoutNoArgumentConstructorAreAllowed() {
        Codec<NoDefaultConstructor> codec = Codecs.kryo(LOADER, NoDefaultConstructor.class);
        assertThat(codec.decode(codec.encode(new NoDefaultConstructor("x"))).text)
                .isEqualTo("x");
    }

    @Test
    void aClassTwiceIsAConfigurationError() {
        assertThatThrownBy(() -> Codecs.kryo(LOADER, Line.class, Line.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(Line.class.getName());
    }

    @Test
    void bytesDependOnTheValueOnly() {
        Codec<Object> codec = Codecs.kryo(LOADER, Line.class);
        Line shared = new Line("bolt", 1);
        assertThat(codec.encode(List.of(shared, shared)))
                .isEqualTo(codec.encode(List.of(new Line("bolt", 1), new Line(new String("bolt"), 1))));
    }

    @Test
    void aCodecServesManyThreadsAtOnce() throws Exception {
        Codec<Order> codec = Codecs.kryo(LOADER, Order.class, Line.class, Color.class);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int id = t;
                tasks.add(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        Order order = new Order(id * 10_000L + i, List.of(new Line("a" + i, i)), Color.RED);
                        if (!codec.decode(codec.encode(order)).equals(order)) {
                            return false;
                        }
                    }
                    return true;
                });
            }
            for (Future<Boolean> result : threads.invokeAll(tasks, 50, TimeUnit.SECONDS)) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Two versions of one class: the name is not stored, only the position in the list. */
    @Test
    void anElementOfAnOlderClassVersionIsRead() throws Exception {
        Codec<Object> older = versions("io.ngrid.api.CodecsTest$CustomerV1");
        Codec<Object> newer = versions("io.ngrid.api.CodecsTest$CustomerV2");
        byte[] old = older.encode(customer("io.ngrid.api.CodecsTest$CustomerV1"));
        assertThat(newer.decode(old)).hasToString("Ann, vip=none, city=Rome");
        byte[] fresh = newer.encode(customer("io.ngrid.api.CodecsTest$CustomerV2"));
        assertThat(older.decode(fresh)).hasToString("Ann 0, city=Rome");
    }

    @Test
    void theThreadsClassLoaderIsNeverAsked() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String name) {
                throw new AssertionError("asked for " + name);
            }
        });
        try {
            Codec<Order> codec = Codecs.kryo(LOADER, Order.class, Line.class, Color.class);
            Order order = new Order(7, List.of(new Line("bolt", 3)), Color.RED);
            assertThat(codec.decode(codec.encode(order))).isEqualTo(order);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Codec<Object> versions(String name) throws ReflectiveOperationException {
        Class<?> type = Class.forName(name);
        return Codecs.kryo(type.getClassLoader(), type);
    }

    private static Object customer(String name) throws ReflectiveOperationException {
        var constructor = Class.forName(name).getDeclaredConstructor();
        constructor.setAccessible(true);
        Object customer = constructor.newInstance();
        Class.forName(name).getDeclaredMethod("fill").invoke(customer);
        return customer;
    }

    @SuppressWarnings("unused")
    static final class CustomerV1 {
        private int age;
        private String city;
        private String name;

        void fill() {
            name = "Ann";
            age = 41;
            city = "Rome";
        }

        @Override
        public String toString() {
            return name + " " + age + ", city=" + city;
        }
    }

    /** Lost its age, got a flag. */
    @SuppressWarnings("unused")
    static final class CustomerV2 {
        private String city;
        private String name;
        private String vip = "none";

        void fill() {
            name = "Ann";
            city = "Rome";
            vip = "gold";
        }

        @Override
        public String toString() {
            return name + ", vip=" + vip + ", city=" + city;
        }
    }
}
