package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ElementCacheTest {
    private static Element element(long sequence, int bytes) {
        return new Element(sequence, 0, new byte[bytes]);
    }

    @Test
    void emptyElementsTakeMemoryToo() {
        ElementCache cache = new ElementCache(56 * 100, 0);
        for (int i = 1; i <= 1_000; i++) {
            cache.add(element(i, 0));
        }
        assertThat(cache.ceiling(0)).isNotNull().extracting(Element::sequence).isEqualTo(901L);
        assertThat(cache.covers(900)).isFalse();
        assertThat(cache.covers(901)).isTrue();
    }

    /** As a queue of which one element stays while all later ones are released. */
    @Test
    void anOldElementThatStaysKeepsNoRoomForThoseThatWent() {
        ElementCache cache = new ElementCache(1 << 20, 0);
        cache.add(element(1, 10));
        for (int i = 2; i <= 100_000; i++) {
            cache.add(element(i, 10));
            cache.remove(i);
        }
        assertThat(cache.slots()).isLessThanOrEqualTo(128);
        assertThat(cache.ceiling(0)).isNotNull().extracting(Element::sequence).isEqualTo(1L);
    }

    @Test
    void theLastOneStaysWhateverItsSize() {
        ElementCache cache = new ElementCache(10, 0);
        cache.add(element(1, 5));
        cache.add(element(2, 1_000));
        assertThat(cache.get(1)).isNull();
        assertThat(cache.get(2)).isNotNull();
    }

    /** Against a map that drops its first entries. */
    @Property(tries = 300)
    void isAsAMap(@ForAll long seed) {
        Random random = new Random(seed);
        long bound = 1 + random.nextInt(20_000);
        long next = 1 + random.nextInt(3);
        ElementCache cache = new ElementCache(bound, next - 1);
        TreeMap<Long, Element> map = new TreeMap<>();
        long evicted = next - 1;
        for (int step = 0; step < 600; step++) {
            int dice = random.nextInt(100);
            if (dice < 60) {
                Element added = element(next, random.nextInt(random.nextInt(10) == 0 ? 5_000 : 100));
                cache.add(added);
                map.put(next, added);
                while (map.size() > 1 && bytes(map) > bound) {
                    evicted = map.firstKey();
                    map.remove(evicted);
                }
                next += 1 + (random.nextInt(5) == 0 ? random.nextInt(50) : 0);
            } else if (dice < 75 && !map.isEmpty()) {
                cache.remove(map.firstKey());
                map.remove(map.firstKey());
            } else if (dice < 97) {
                long removed = next - random.nextInt(200);
                cache.remove(removed);
                map.remove(removed);
            } else {
                next = Math.max(1, next - random.nextInt(100));
                cache.cut(next);
                map.tailMap(next, true).clear();
                evicted = Math.min(evicted, next - 1);
            }
            long asked = next - random.nextInt(200);
            assertThat(cache.get(asked)).isSameAs(map.get(asked));
            var ceiling = map.ceilingEntry(asked);
            assertThat(cache.ceiling(asked)).isSameAs(ceiling == null ? null : ceiling.getValue());
            assertThat(cache.covers(asked)).isEqualTo(asked > evicted);
        }
    }

    private static long bytes(TreeMap<Long, Element> map) {
        return map.values().stream()
                .mapToLong(element -> Records.size(element.body().length))
                .sum();
    }
}
