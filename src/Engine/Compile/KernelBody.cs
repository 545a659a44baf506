using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Ops;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Builds the scalar program of a fused kernel: starting from one value, maps join it, moves become strides, and what lies in memory
/// becomes an input.
/// </summary>
internal sealed class KernelBody(Lowering lowering, Domain domain)
{
    private readonly Dictionary<(Node Node, IndexMap Map), int> _known = [];
    private readonly Dictionary<(Place Place, EquatableArray<int> Strides), int> _inputSteps = [];
    private readonly Dictionary<float, int> _constants = [];
    private readonly List<ScalarStep> _steps = [];
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Where each input's first element lies.</summary>
    public List<Place> Places { get; } = [];

    /// <summary>Each input's stride along every factor of the domain.</summary>
    public List<int[]> Strides { get; } = [];

    /// <summary>Names of the fused ops, for listings.</summary>
    public string Names => string.Join(' ', _names);

    /// <summary>The program that stores the value of <paramref name="step"/>.</summary>
    public ScalarProgram Program(int step) => new(EquatableArray.ToEquatableArray(_steps), [step]);

    /// <summary>The constant a step is, or null.</summary>
    public float? ConstantOf(int step) => _steps[step].Kind == ScalarStepKind.Constant ? _steps[step].Value : null;

    /// <summary>The step that gives <paramref name="node"/> read through <paramref name="map"/>; null when a factor must be split first.</summary>
    public int? Read(Node node, IndexMap map)
    {
        if (_known.TryGetValue((node, map), out int known))
        {
            return known;
        }

        int? step = lowering.ViewOf(node) is { } view ? Input(view, map) : Compute(node, map);
        if (step is { } value)
        {
            _known[(node, map)] = value;
        }

        return step;
    }

    private int? Compute(Node node, IndexMap map) => node.Op switch
    {
        ConstantOp constant => Constant((float)constant.Value),
        MapOp op => Apply(op, node, map),
        { IsMove: true } => Move(node, map),
        _ => throw new InvalidOperationException($"{node} has no value yet."),
    };

    private int? Move(Node node, IndexMap map)
    {
        if (node.Op.Through(map, node, domain) is { } through)
        {
            return Read(node.Inputs[0], through);
        }

        return domain.SplitRequested ? null : Input(lowering.Reshaped(node), map);
    }

    private int? Apply(MapOp op, Node node, IndexMap map)
    {
        int[] arguments = [-1, -1, -1];
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            if (Read(node.Inputs[i], map) is not { } step)
            {
                return null;
            }

            arguments[i] = step;
        }

        _names.Add(op.Name);
        return Add(ScalarStep.Apply(op.Scalar, arguments[0], arguments[1], arguments[2]));
    }

    private int Constant(float value)
    {
        if (!_constants.TryGetValue(value, out int step))
        {
            _constants[value] = step = Add(ScalarStep.Constant(value));
        }

        return step;
    }

    private int Input(View view, IndexMap map)
    {
        (long offset, int[] strides) = map.Through(view);
        Place place = view.Place.Plus(offset);
        if (!_inputSteps.TryGetValue((place, EquatableArray.Create<int>(strides)), out int step))
        {
            step = Add(ScalarStep.Input(Places.Count));
            _inputSteps[(place, EquatableArray.Create<int>(strides))] = step;
            Places.Add(place);
            Strides.Add(strides);
        }

        return step;
    }

    private int Add(ScalarStep step)
    {
        _steps.Add(step);
        return _steps.Count - 1;
    }
}
