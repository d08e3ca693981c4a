package io.ngrid.management;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue of the cluster, as applied at this node. */
@Description("A queue of the cluster, as applied at this node.")
public interface QueueMXBean {
    /**
     * Name of the queue.
     *
     * @return its value
     */
    @Description("Name of the queue.")
    String getName();

    /**
     * How elements become bytes.
     *
     * @return its value
     */
    @Description("How elements become bytes.")
    String getCodec();

    /**
     * Elements in the queue.
     *
     * @return its value
     */
    @Description(value = "Elements in the queue.", unit = "elements")
    long getSize();

    /**
     * Greatest number of elements.
     *
     * @return its value
     */
    @Description(value = "Greatest number of elements.", unit = "elements")
    long getCapacity();

    /**
     * What an offer to the full queue does: REJECT or DROP_OLDEST.
     *
     * @return its value
     */
    @Description("What an offer to the full queue does: REJECT or DROP_OLDEST.")
    String getFullPolicy();

    /**
     * Elements offered since the queue was created.
     *
     * @return its value
     */
    @Description(value = "Elements offered since the queue was created.", unit = "elements")
    long getOffered();

    /**
     * Elements taken since the queue was created.
     *
     * @return its value
     */
    @Description(value = "Elements taken since the queue was created.", unit = "elements")
    long getPolled();

    /**
     * Calls on this node that wait for the queue.
     *
     * @return its value
     */
    @Description(value = "Calls on this node that wait for the queue.", unit = "calls")
    long getWaiters();

    /**
     * Appends a text; false if the queue is full. Codecs string and bytes only.
     *
     * @param text the element
     * @return what the operation answered
     */
    @Description("Appends a text; false if the queue is full. Codecs string and bytes only.")
    boolean offerText(String text);

    /**
     * Takes the head; null if the queue is empty. Shown as hexadecimal digits unless it is text.
     *
     * @return what the operation answered
     */
    @Description("Takes the head; null if the queue is empty. Shown as hexadecimal digits unless it is text.")
    @Nullable
    String pollText();

    /**
     * Shows the head without taking it; null if the queue is empty.
     *
     * @return what the operation answered
     */
    @Description(value = "Shows the head without taking it; null if the queue is empty.", reads = true)
    @Nullable
    String peekText();

    /**
     * Shows elements in their order without taking them.
     *
     * @param offset how many elements to pass over, from 0
     * @param max how many to return at most, 1 to 10,000
     * @return what the operation answered
     */
    @Description(value = "Shows elements in their order without taking them.", reads = true)
    List<String> browse(long offset, int max);
}
