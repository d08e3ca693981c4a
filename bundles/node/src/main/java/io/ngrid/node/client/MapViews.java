package io.ngrid.node.client;

import io.ngrid.node.state.Answer;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Live, weakly consistent views of a map, read in pages. */
final class MapViews {
    private static final int PAGE = 1_000;

    private MapViews() {}

    static final class Keys<K, V> extends AbstractSet<K> {
        private final ClusterMap<K, V> map;

        Keys(ClusterMap<K, V> map) {
            this.map = map;
        }

        @Override
        public Iterator<K> iterator() {
            return new Pages<>(map, PageEntry::key);
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(Object key) {
            return map.containsKey(key);
        }

        @Override
        public boolean remove(Object key) {
            return map.remove(key) != null;
        }

        @Override
        public void clear() {
            map.clear();
        }
    }

    static final class Values<K, V> extends AbstractCollection<V> {
        private final ClusterMap<K, V> map;

        Values(ClusterMap<K, V> map) {
            this.map = map;
        }

        @Override
        public Iterator<V> iterator() {
            return new Pages<>(map, PageEntry::value);
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public void clear() {
            map.clear();
        }
    }

    static final class Entries<K, V> extends AbstractSet<Map.Entry<K, V>> {
        private final ClusterMap<K, V> map;

        Entries(ClusterMap<K, V> map) {
            this.map = map;
        }

        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return new Pages<>(map, entry -> new LiveEntry<>(map, entry.key(), entry.value()));
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(Object object) {
            return object instanceof Map.Entry<?, ?> entry
                    && Objects.equals(map.get(Objects.requireNonNull(entry.getKey())), entry.getValue());
        }

        @Override
        public boolean remove(Object object) {
            return object instanceof Map.Entry<?, ?> entry
                    && map.remove(Objects.requireNonNull(entry.getKey()), Objects.requireNonNull(entry.getValue()));
        }

        @Override
        public void clear() {
            map.clear();
        }
    }

    private static final class LiveEntry<K, V> extends AbstractMap.SimpleEntry<K, V> {
        private static final long serialVersionUID = 1L;

        private final transient ClusterMap<K, V> map;

        LiveEntry(ClusterMap<K, V> map, K key, V value) {
            super(key, value);
            this.map = map;
        }

        @Override
        public V setValue(V value) {
            map.put(getKey(), value);
            return super.setValue(value);
        }
    }

    /** An entry of the page that was read; decoded when it is asked for. */
    private static final class PageEntry<K, V> {
        private final ClusterMap<K, V> map;
        private final byte[] key;
        private final byte[] value;

        PageEntry(ClusterMap<K, V> map, byte[] key, byte[] value) {
            this.map = map;
            this.key = key;
            this.value = value;
        }

        K key() {
            return map.decodeKey(key);
        }

        V value() {
            return map.decodeValue(value);
        }
    }

    private static final class Pages<K, V, T> implements Iterator<T> {
        private final ClusterMap<K, V> map;
        private final Function<PageEntry<K, V>, T> part;
        private Answer.Page page;
        private int position;
        private @Nullable PageEntry<K, V> last;

        Pages(ClusterMap<K, V> map, Function<PageEntry<K, V>, T> part) {
            this.map = map;
            this.part = part;
            this.page = read(map, null);
        }

        @Override
        public boolean hasNext() {
            int size = page.keys().size();
            if (position == size && size > 0) {
                // A page may be short because it is full of bytes: only an empty one is the end.
                page = read(map, page.keys().get(size - 1));
                position = 0;
            }
            return position < page.keys().size();
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the end of " + map);
            }
            PageEntry<K, V> entry = new PageEntry<>(
                    map, page.keys().get(position), page.values().get(position));
            position++;
            last = entry;
            return part.apply(entry);
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("next() was not called since the last remove()");
            }
            map.remove(last.key());
            last = null;
        }

        private static Answer.Page read(ClusterMap<?, ?> map, byte @Nullable [] after) {
            return Failures.expect(Answer.Page.class, map.page(after, PAGE));
        }
    }
}
