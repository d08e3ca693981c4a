package io.ngrid.api;

/**
 * Name of a node, unique in its cluster: 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}.
 *
 * <p>Node IDs are ordered naturally: runs of digits compare as numbers, so {@code node-10} is higher than
 * {@code node-9}. Among the nodes that may lead, the highest leads.
 *
 * @param value the name
 */
public record NodeId(String value) implements Comparable<NodeId> {
    /**
     * Checks the name.
     *
     * @throws ConfigurationException if the name is not allowed
     */
    public NodeId {
        Names.check("node", value, Names.MAX_NODE_ID);
    }

    /** The natural order; consistent with {@code equals}. */
    @Override
    public int compareTo(NodeId other) {
        String a = value;
        String b = other.value;
        int i = 0;
        int j = 0;
        while (i < a.length() && j < b.length()) {
            if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
                int endA = endOfDigits(a, i);
                int endB = endOfDigits(b, j);
                int order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
                if (order != 0) {
                    return order;
                }
                i = endA;
                j = endB;
            } else {
                int order = Character.compare(a.charAt(i), b.charAt(j));
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
        }
        int rest = Integer.compare(a.length() - i, b.length() - j);
        return rest != 0 ? rest : a.compareTo(b); // node-01 and node-1 are different names
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int endOfDigits(String s, int from) {
        int end = from;
        while (end < s.length() && isDigit(s.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int compareNumbers(String a, String b) {
        String x = withoutLeadingZeros(a);
        String y = withoutLeadingZeros(b);
        return x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
    }

    private static String withoutLeadingZeros(String digits) {
        int start = 0;
        while (start < digits.length() - 1 && digits.charAt(start) == '0') {
            start++;
        }
        return digits.substring(start);
    }

    @Override
    public String toString() {
        return value;
    }
}
