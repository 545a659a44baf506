using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Transforms;

/// <summary>
/// Runs a computation op by op in double precision: the oracle of all tests, a debugger, and a path that needs no run-time compilation.
/// </summary>
public static class Interpreter
{
    /// <summary>Evaluates <paramref name="computation"/>.</summary>
    /// <param name="computation">What to run.</param>
    /// <param name="arguments">Row-major values of each argument. A noise key is given as ten whole numbers.</param>
    /// <returns>Row-major values of each result.</returns>
    /// <exception cref="ArgumentException">The number of arguments or of their elements is wrong.</exception>
    public static double[][] Run(Computation computation, params IReadOnlyList<double[]> arguments)
    {
        ArgumentNullException.ThrowIfNull(computation);
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Count != computation.Inputs.Count)
        {
            throw new ArgumentException($"Run: the computation takes {computation.Inputs.Count} arguments; got {arguments.Count}.", nameof(arguments));
        }

        Dictionary<Node, double[]> values = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            Shape shape = computation.Inputs[i].Shape;
            values[computation.Inputs[i].Node] = arguments[i].Length == shape.Count
                ? arguments[i]
                : throw new ArgumentException($"Run: argument {i} is {shape} and needs {shape.Count} numbers; got {arguments[i].Length}.", nameof(arguments));
        }

        foreach (Node node in computation.Reachable())
        {
            if (!values.ContainsKey(node))
            {
                values[node] = node.Op.Evaluate([.. node.Inputs.ToArray().Select(input => values[input])], node);
            }
        }

        return [.. computation.Outputs.Select(output => values[output.Node])];
    }
}
