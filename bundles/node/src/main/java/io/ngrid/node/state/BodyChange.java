package io.ngrid.node.state;

import io.ngrid.spi.storage.Bodies;

/** What applying an entry means to the bodies of queue elements. Queues are known by their creation index. */
public sealed interface BodyChange {
    /**
     * Makes the change.
     *
     * @param bodies the store
     */
    void applyTo(Bodies bodies);

    /**
     * A new body.
     *
     * @param queue the queue's creation index
     * @param sequence the element's sequence
     * @param body the body; belongs to the store
     */
    record Put(long queue, long sequence, byte[] body) implements BodyChange {
        @Override
        public void applyTo(Bodies bodies) {
            bodies.put(queue, sequence, body);
        }
    }

    /**
     * Bodies that nothing in the state refers to any more.
     *
     * @param queue the queue's creation index
     * @param first the first element's sequence
     * @param last the last element's sequence
     */
    record Release(long queue, long first, long last) implements BodyChange {
        @Override
        public void applyTo(Bodies bodies) {
            for (long sequence = first; sequence <= last; sequence++) {
                bodies.release(queue, sequence);
            }
        }
    }
}
