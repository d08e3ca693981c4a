package io.ngrid.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The rules of the house as code. They are written for a base package, so that the same rule judges the real classes and
 * the planted violators.
 *
 * @param base package above the modules' packages
 */
record HouseRules(String base) {
    /** For each module, named by its package, the modules that it may see. */
    static final Map<String, List<String>> VISIBLE = new TreeMap<>(Map.ofEntries(
            Map.entry("api", List.of()),
            Map.entry("spi", List.of("api")),
            Map.entry("transport", List.of("api", "spi")),
            Map.entry("election", List.of("api", "spi")),
            Map.entry("replication", List.of("api", "spi")),
            Map.entry("storage", List.of("api", "spi")),
            Map.entry("node", List.of("api", "spi")),
            Map.entry("services", List.of("api")),
            Map.entry("management", List.of("api", "spi")),
            Map.entry("shell", List.of("api", "spi")),
            Map.entry("examples", List.of("api")),
            Map.entry("demo", List.of())));

    /** The packages of the pure cores. */
    static final List<String> CORES = List.of("election.core", "replication.core");

    /** What a core may use of Java: any other package brings threads, locks, sockets, files, or none of its business. */
    private static final String[] PURE_PACKAGES = {
        "java.lang",
        "java.lang.annotation",
        "java.lang.invoke",
        "java.lang.runtime",
        "java.math",
        "java.nio",
        "java.nio.charset",
        "java.time",
        "java.util",
        "java.util.function",
        "java.util.random",
        "java.util.stream"
    };

    /** What the state machines may use beside that: their bytes go through streams, and their hash is a checksum. */
    private static final Set<String> STATE_CLASSES = Set.of(
            "java.io.ByteArrayOutputStream",
            "java.io.DataInput",
            "java.io.DataOutput",
            "java.io.IOException",
            "java.io.UncheckedIOException",
            "java.util.zip.CRC32C");

    private static final Set<String> IMPURE_CLASSES = Set.of(
            "java.lang.InheritableThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.ProcessHandle",
            "java.lang.Runtime",
            "java.lang.Thread",
            "java.lang.ThreadGroup",
            "java.lang.ThreadLocal",
            "java.time.Clock",
            "java.util.Calendar",
            "java.util.Date",
            "java.util.Formatter",
            "java.util.GregorianCalendar",
            "java.util.Random",
            "java.util.Scanner",
            "java.util.ServiceLoader",
            "java.util.SplittableRandom",
            "java.util.Timer",
            "java.util.TimerTask",
            "java.util.random.RandomGeneratorFactory");

    /**
     * A module sees no other module than it is meant to.
     *
     * @param module key of {@link #VISIBLE}
     * @return the rule
     */
    ArchRule visibility(String module) {
        String[] allowed = Stream.concat(Stream.of(module), VISIBLE.get(module).stream())
                .map(this::within)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(within(module))
                .should()
                .dependOnClassesThat(resideInAPackage(base + "..")
                        .and(not(resideInAnyPackage(allowed)))
                        .as("reside in another module than " + String.join(", ", allowed)));
    }

    /**
     * A core sees the language, the contracts, the log and itself.
     *
     * @param core one of {@link #CORES}
     * @return the rule
     */
    ArchRule coreVisibility(String core) {
        return classes()
                .that()
                .resideInAPackage(within(core))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "org.jspecify..", "org.slf4j..", within("api"), within("spi"), within(core));
    }

    /**
     * A core has no clock, thread, lock, randomness, socket or file.
     *
     * @param core one of {@link #CORES}
     * @return the rule
     */
    ArchRule purity(String core) {
        return classes().that().resideInAPackage(within(core)).should(bePure(Set.of()));
    }

    /**
     * Applying an entry asks no local fact: no clock, thread, lock, randomness, socket or file [R6].
     *
     * @return the rule
     */
    ArchRule stateMachinePurity() {
        return classes().that().resideInAPackage(within("node.state")).should(bePure(STATE_CLASSES));
    }

    private String within(String module) {
        return base + "." + module + "..";
    }

    private static ArchCondition<JavaClass> bePure(Set<String> except) {
        DescribedPredicate<JavaClass> impure = resideInAPackage("java..")
                .and(not(resideInAnyPackage(PURE_PACKAGES)))
                .and(DescribedPredicate.describe("other than " + except, c -> !except.contains(c.getName())))
                .or(DescribedPredicate.describe("impure", c -> IMPURE_CLASSES.contains(c.getName())));
        return new ArchCondition<>("be free of clocks, threads, locks, randomness, sockets and files") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                impure.test(dependency.getTargetClass().getBaseComponentType()))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
                type.getCodeUnitAccessesFromSelf().stream()
                        .filter(access -> isImpure(access.getTargetOwner(), access.getName()))
                        .forEach(access -> events.add(SimpleConditionEvent.violated(access, access.getDescription())));
                type.getCodeUnits().stream()
                        .filter(HouseRules::isSynchronized)
                        .forEach(unit -> events.add(
                                SimpleConditionEvent.violated(unit, unit.getDescription() + " is synchronized")));
                if (Monitors.enteredBy(type)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName() + " has a synchronized block"));
                }
            }
        };
    }

    private static boolean isSynchronized(JavaCodeUnit unit) {
        return unit.getModifiers().contains(JavaModifier.SYNCHRONIZED);
    }

    /** Tells calls to avoid in classes that are otherwise harmless. */
    private static boolean isImpure(JavaClass owner, String method) {
        if (method.equals("parallel") || method.equals("parallelStream")) {
            return true; // threads
        }
        return switch (owner.getName()) {
            case "java.lang.System" -> !method.equals("arraycopy"); // identity hash codes are random numbers
            case "java.lang.Math", "java.lang.StrictMath" -> method.equals("random");
            case "java.lang.Object" -> Set.of("wait", "notify", "notifyAll").contains(method);
            case "java.util.Collections" -> method.equals("shuffle");
            case "java.util.Arrays" -> method.startsWith("parallel");
            // each JVM iterates over these in an order of its own
            case "java.util.Map", "java.util.Set" ->
                Set.of("of", "ofEntries", "copyOf").contains(method);
            case "java.util.stream.Collectors" -> method.startsWith("toUnmodifiable") && !method.endsWith("List");
            case "java.util.UUID" -> method.equals("randomUUID");
            case "java.util.random.RandomGenerator" ->
                Set.of("of", "getDefault").contains(method);
            default -> owner.getPackageName().equals("java.time") && method.equals("now");
        };
    }
}
