package io.ngrid.node.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map (AVL tree with shared branches). vavr's TreeMap cannot begin an iteration at a key, so that a page
 * would cost a walk from the first entry; here get, put, remove and the begin of an iteration cost O(log n), each further
 * entry O(1). Equal when the entries are.
 */
final class OrderedMap<K extends Comparable<K>, V> implements Iterable<Map.Entry<K, V>> {
    private static final OrderedMap<?, ?> EMPTY = new OrderedMap<>(null, 0);

    private final @Nullable Node<K, V> root;
    private final int size;

    private OrderedMap(@Nullable Node<K, V> root, int size) {
        this.root = root;
        this.size = size;
    }

    @SuppressWarnings("unchecked") // an empty map holds no key and no value
    static <K extends Comparable<K>, V> OrderedMap<K, V> empty() {
        return (OrderedMap<K, V>) EMPTY;
    }

    int size() {
        return size;
    }

    @Nullable
    V get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    OrderedMap<K, V> put(K key, V value) {
        boolean replaces = get(key) != null;
        return new OrderedMap<>(put(root, key, value), replaces ? size : size + 1);
    }

    OrderedMap<K, V> remove(K key) {
        return get(key) == null ? this : new OrderedMap<>(remove(root, key), size - 1);
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
        return after(null);
    }

    /** The entries whose keys are greater than a key; all for null. */
    Iterator<Map.Entry<K, V>> after(@Nullable K key) {
        Deque<Node<K, V>> path = new ArrayDeque<>();
        Node<K, V> node = root;
        while (node != null) {
            boolean wanted = key == null || node.key.compareTo(key) > 0;
            if (wanted) {
                path.push(node);
            }
            node = wanted ? node.left : node.right;
        }
        return new InOrder<>(path);
    }

    private static <K extends Comparable<K>, V> Node<K, V> put(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return new Node<>(key, value, node.left, node.right);
        }
        return order < 0
                ? balance(node, put(node.left, key, value), node.right)
                : balance(node, node.left, put(node.right, key, value));
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> remove(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.key);
        if (order < 0) {
            return balance(node, remove(node.left, key), node.right);
        }
        if (order > 0) {
            return balance(node, node.left, remove(node.right, key));
        }
        if (node.left == null || node.right == null) {
            return node.left == null ? node.right : node.left;
        }
        Node<K, V> next = node.right;
        while (next.left != null) {
            next = next.left;
        }
        return balance(next, node.left, remove(node.right, next.key));
    }

    /** A node with the entry of {@code at} over two trees whose heights differ by two at most. */
    private static <K extends Comparable<K>, V> Node<K, V> balance(
            Node<K, V> at, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        int lean = height(left) - height(right);
        if (lean > 1 && left != null) {
            Node<K, V> inner = left.right;
            if (inner != null && height(left.left) < inner.height) {
                return inner.over(left.over(left.left, inner.left), at.over(inner.right, right));
            }
            return left.over(left.left, at.over(left.right, right));
        }
        if (lean < -1 && right != null) {
            Node<K, V> inner = right.left;
            if (inner != null && height(right.right) < inner.height) {
                return inner.over(at.over(left, inner.left), right.over(inner.right, right.right));
            }
            return right.over(at.over(left, right.left), right.right);
        }
        return at.over(left, right);
    }

    private static int height(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.height;
    }

    /** Height of the tree, for tests. */
    int height() {
        return height(root);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof OrderedMap<?, ?> map) || map.size != size) {
            return false;
        }
        if (map.root == root) {
            return true;
        }
        Iterator<?> theirs = map.iterator();
        for (Map.Entry<K, V> entry : this) {
            if (!entry.equals(theirs.next())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (Map.Entry<K, V> entry : this) {
            hash = 31 * hash + entry.hashCode();
        }
        return hash;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<K, V> entry : this) {
            text.append(text.length() > 1 ? ", " : "").append(entry);
        }
        return text.append('}').toString();
    }

    private static final class Node<K extends Comparable<K>, V> implements Map.Entry<K, V> {
        final K key;
        final V value;
        final @Nullable Node<K, V> left;
        final @Nullable Node<K, V> right;
        final int height;

        Node(K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
            this.key = key;
            this.value = value;
            this.left = left;
            this.right = right;
            this.height = 1 + Math.max(height(left), height(right));
        }

        Node<K, V> over(@Nullable Node<K, V> newLeft, @Nullable Node<K, V> newRight) {
            return newLeft == left && newRight == right ? this : new Node<>(key, value, newLeft, newRight);
        }

        @Override
        public K getKey() {
            return key;
        }

        @Override
        public V getValue() {
            return value;
        }

        @Override
        public V setValue(V newValue) {
            throw new UnsupportedOperationException("the map is immutable");
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Map.Entry<?, ?> entry
                    && key.equals(entry.getKey())
                    && value.equals(entry.getValue());
        }

        @Override
        public int hashCode() {
            return Objects.hashCode(key) ^ Objects.hashCode(value);
        }

        @Override
        public String toString() {
            return key + "=" + value;
        }
    }

    private static final class InOrder<K extends Comparable<K>, V> implements Iterator<Map.Entry<K, V>> {
        private final Deque<Node<K, V>> path;

        InOrder(Deque<Node<K, V>> path) {
            this.path = path;
        }

        @Override
        public boolean hasNext() {
            return !path.isEmpty();
        }

        @Override
        public Map.Entry<K, V> next() {
            if (path.isEmpty()) {
                throw new NoSuchElementException();
            }
            Node<K, V> next = path.pop();
            for (Node<K, V> node = next.right; node != null; node = node.left) {
                path.push(node);
            }
            return next;
        }
    }
}
