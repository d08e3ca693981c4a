package io.ngrid.node.state;

/** The sentences with which the state refuses. They come from a command and the state only [R6], and have a bounded length. */
final class Refusal {
    private static final int SHOWN = 200;

    private Refusal() {}

    static String unknownQueue(String name) {
        return unknown("queue", name);
    }

    static String unknownMap(String name) {
        return unknown("map", name);
    }

    private static String unknown(String kind, String name) {
        String shown = shortened(name);
        return "there is no " + kind + " named " + shown + " in this cluster; create it by a file etc/io.ngrid." + kind
                + "-" + shown + ".cfg on any node, or by NGridNode." + kind + "(...)";
    }

    static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
