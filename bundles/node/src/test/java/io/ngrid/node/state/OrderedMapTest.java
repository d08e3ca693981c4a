package io.ngrid.node.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OrderedMapTest {
    /** Even steps put, odd ones remove. */
    @Property
    void behavesLikeATreeMap(
            @ForAll @Size(max = 200) List<@IntRange(max = 120) Integer> steps,
            @ForAll @IntRange(min = -1, max = 61) int from) {
        OrderedMap<Integer, String> map = OrderedMap.empty();
        TreeMap<Integer, String> model = new TreeMap<>();
        for (int step : steps) {
            int key = step / 2;
            OrderedMap<Integer, String> before = map;
            List<String> entries = list(before.iterator());
            if (step % 2 == 0) {
                map = map.put(key, "v" + model.size());
                model.put(key, "v" + model.size());
            } else {
                map = map.remove(key);
                model.remove(key);
            }
            assertThat(list(before.iterator())).isEqualTo(entries); // nobody changes a value
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
        assertThat(map.size()).isEqualTo(model.size());
        assertThat(list(map.iterator())).isEqualTo(list(model.entrySet().iterator()));
        assertThat(list(map.after(from)))
                .isEqualTo(list(model.tailMap(from, false).entrySet().iterator()));
        OrderedMap<Integer, String> again = OrderedMap.empty();
        for (Map.Entry<Integer, String> entry : model.descendingMap().entrySet()) {
            again = again.put(entry.getKey(), entry.getValue());
        }
        assertThat(again).isEqualTo(map).hasSameHashCodeAs(map);
        assertThat(map.put(1000, "more")).isNotEqualTo(map);
        for (int key : model.keySet()) {
            assertThat(map.put(key, "other")).isNotEqualTo(map);
        }
    }

    @Test
    void staysBalanced() {
        OrderedMap<Integer, Integer> map = OrderedMap.empty();
        for (int i = 0; i < 1 << 14; i++) {
            map = map.put(i, i);
        }
        assertThat(map.height()).isLessThanOrEqualTo(20);
        for (int i = 0; i < (1 << 14) - 100; i++) {
            map = map.remove(i);
        }
        assertThat(map.height()).isLessThanOrEqualTo(9);
    }

    private static List<String> list(Iterator<? extends Map.Entry<Integer, String>> entries) {
        List<String> list = new ArrayList<>();
        entries.forEachRemaining(entry -> list.add(entry.getKey() + "=" + entry.getValue()));
        return list;
    }
}
