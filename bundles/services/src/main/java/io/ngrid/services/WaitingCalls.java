package io.ngrid.services;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridNode;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.NotExecutedException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A queue or map that outlives its node: a call goes to the node of the moment, waits within its time-out while there is
 * none, and is made again on the next one if a node closed without executing it. Every other outcome is the caller's.
 *
 * <p>An {@link InvocationHandler}, because the eighty-odd methods of both interfaces differ in nothing that matters here
 * but time-out, interruption and asynchrony, which their signatures tell.
 */
final class WaitingCalls implements InvocationHandler {
    /** More than one operation each, or elements handed to the caller on the way: a part may have been done. */
    private static final Set<String> NOT_REPEATED =
            Set.of("addAll", "drainTo", "forEach", "putAll", "removeAll", "removeIf", "replaceAll", "retainAll");

    /** Live views of a map: they outlive the node as the map does. */
    private static final Set<String> VIEWS = Set.of("keySet", "values", "entrySet");

    private static final long FOREVER = Long.MAX_VALUE / 2;

    private final Target target;
    private final CurrentNode nodes;
    private final boolean view;

    WaitingCalls(Target target, CurrentNode nodes) {
        this(target, nodes, false);
    }

    private WaitingCalls(Target target, CurrentNode nodes, boolean view) {
        this.target = target;
        this.nodes = nodes;
        this.view = view;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        @Nullable Object[] args = arguments == null ? new Object[0] : arguments;
        if (method.getDeclaringClass() == Object.class && !view) {
            return switch (method.getName()) {
                case "equals" -> proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> target.toString();
            };
        }
        if (args.length == 0 && method.getName().equals("name")) {
            return target.name();
        }
        if (args.length == 0 && VIEWS.contains(method.getName())) {
            return view(method);
        }
        if (method.getReturnType() == CompletableFuture.class) {
            for (Object argument : args) {
                Objects.requireNonNull(argument);
            }
            AsyncCall call = new AsyncCall(
                    nodes,
                    node -> (CompletableFuture<?>) Objects.requireNonNull(made(node, method, args)),
                    timeout(method, args));
            nodes.submit(call, null);
            return call.result();
        }
        return waiting(method, args);
    }

    private @Nullable Object waiting(Method method, @Nullable Object[] args) throws Throwable {
        long deadline = System.nanoTime() + timeout(method, args);
        boolean interruptible = List.of(method.getExceptionTypes()).contains(InterruptedException.class);
        boolean interrupted = false;
        NGridNode failed = null;
        try {
            while (true) {
                NGridNode node;
                try {
                    node = nodes.await(failed, deadline);
                } catch (InterruptedException e) { // nothing has been sent
                    if (interruptible) {
                        throw e;
                    }
                    interrupted = true;
                    continue;
                }
                try {
                    return made(node, method, withRemaining(method, args, deadline));
                } catch (NotExecutedException e) {
                    if (!closed(e) || NOT_REPEATED.contains(method.getName())) {
                        throw e;
                    }
                    failed = node;
                    if (interruptible && !hasOwnTimeout(method)) { // put and take: only each attempt is bounded
                        deadline = System.nanoTime() + nodes.operationTimeoutNanos();
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Makes a call; once more if the settings turn out to be others than the file's. */
    private @Nullable Object made(NGridNode node, Method method, @Nullable Object[] args) throws Throwable {
        try {
            return method.invoke(target.on(node), args);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof ConfigurationException && target.learn(node)) {
                return made(node, method, args);
            }
            throw Objects.requireNonNull(e.getCause());
        }
    }

    /** Whether a call failed because its node closed, be it only before the queue or map was created. */
    static boolean closed(Throwable trouble) {
        return trouble instanceof NodeClosedException
                || trouble instanceof NotExecutedException && trouble.getCause() instanceof NodeClosedException;
    }

    private Object view(Method method) {
        Class<?> type = method.getReturnType();
        Target set = new Target() {
            @Override
            public Object on(NGridNode node) {
                try {
                    return Objects.requireNonNull(method.invoke(target.on(node)));
                } catch (InvocationTargetException e) {
                    if (e.getCause() instanceof RuntimeException trouble) {
                        throw trouble;
                    }
                    throw new IllegalStateException(method + " failed", e.getCause());
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(method + " is not accessible", e);
                }
            }

            @Override
            public String name() {
                return target.name();
            }

            @Override
            public boolean learn(NGridNode node) {
                return target.learn(node);
            }
        };
        return Proxy.newProxyInstance(
                WaitingCalls.class.getClassLoader(), new Class<?>[] {type}, new WaitingCalls(set, nodes, true));
    }

    /** The call's own time-out, or that of operations. */
    private long timeout(Method method, @Nullable Object[] args) {
        if (method.getName().equals("getLocal")) { // never waits
            return 0;
        }
        int last = args.length - 1;
        if (last >= 0 && args[last] instanceof Duration duration) {
            return duration.compareTo(Duration.ofNanos(FOREVER)) > 0 ? FOREVER : duration.toNanos();
        }
        if (last >= 1 && args[last] instanceof TimeUnit unit && args[last - 1] instanceof Long time) {
            return Math.min(unit.toNanos(time), FOREVER);
        }
        return nodes.operationTimeoutNanos();
    }

    private static boolean hasOwnTimeout(Method method) {
        Class<?>[] types = method.getParameterTypes();
        int last = types.length - 1;
        return last >= 0 && (types[last] == Duration.class || types[last] == TimeUnit.class);
    }

    /** The arguments, with a time-out less what has passed of it. */
    private static @Nullable Object[] withRemaining(Method method, @Nullable Object[] args, long deadline) {
        if (!hasOwnTimeout(method)) {
            return args;
        }
        int last = args.length - 1;
        Class<?>[] types = method.getParameterTypes();
        @Nullable Object[] rest = args.clone();
        long left = Math.max(0, deadline - System.nanoTime());
        rest[last] = types[last] == Duration.class ? Duration.ofNanos(left) : TimeUnit.NANOSECONDS;
        if (types[last] == TimeUnit.class) {
            rest[last - 1] = left;
        }
        return rest;
    }
}
