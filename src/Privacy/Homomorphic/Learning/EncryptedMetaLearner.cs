using System.Globalization;

namespace FastDPMeta.Privacy.Homomorphic.Learning;

/// <summary>
/// Meta-learns the start weights of linear models on encrypted tasks: all tasks adapt at once, in the slots. Holds no secret. Scales stay exact: every
/// factor is brought to the scale of the prime that the
/// following rescaling divides by, so that weights keep the parameters' scale.
/// </summary>
/// <param name="evaluator">With keys for <see cref="TaskPacking.Rotations"/>.</param>
/// <param name="options">What to run.</param>
public sealed class EncryptedMetaLearner(CkksEvaluator evaluator, EncryptedMetaOptions options)
{
    /// <summary>Trains from start weights of 0.</summary>
    /// <param name="support">Tasks to adapt to.</param>
    /// <param name="query">Their queries; only for first-order MAML.</param>
    /// <param name="progress">Told of every round done, and the levels left.</param>
    /// <param name="cancellationToken">Stops between products.</param>
    /// <returns>The start weights, element i in slots i·T to i·T + T - 1.</returns>
    /// <exception cref="CkksException">The levels do not suffice, or keys or parameters do not fit.</exception>
    /// <exception cref="ArgumentException">The options are out of range, or a query is missing or superfluous.</exception>
    public CkksCiphertext Train(EncryptedTasks support, EncryptedTasks? query = null, IProgress<(int Round, int Level)>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(support);
        options.Validate(nameof(EncryptedMetaLearner))
            .Require((query is not null) == (options.Rule == MetaRule.FirstOrderMaml), nameof(query), query is null ? "none" : "some", "must be given for first-order MAML and for it alone", "Encrypt queries, or use Reptile.")
            .Throw();
        int levels = support.Moments.Level;
        if (options.Levels > levels)
        {
            throw new CkksException(string.Create(
                CultureInfo.InvariantCulture, $"EncryptedMetaLearner: {options} are needed and the tasks have {levels}. Train fewer rounds or steps, or use parameters with more levels."));
        }

        CkksCiphertext? start = null;
        for (int round = 0; round < options.Rounds; round++)
        {
            CkksCiphertext adapted = Adapt(support, start, cancellationToken);
            start = options.Rule == MetaRule.Reptile
                ? Move(start, start is null ? adapted : evaluator.Subtract(adapted, evaluator.DropTo(start, adapted.Level)), options.OuterRate, support)
                : Move(start, Gradient(query!, adapted, 1, cancellationToken), -options.OuterRate, support);
            progress?.Report((round + 1, start.Level));
        }

        return start!;
    }

    /// <summary>The inner steps. From 0 the first gives α·r, which takes no product.</summary>
    private CkksCiphertext Adapt(EncryptedTasks tasks, CkksCiphertext? start, CancellationToken cancellationToken)
    {
        double scale = evaluator.Parameters.Scale;
        int first = start is null ? 1 : 0;
        CkksCiphertext weights = start ?? AtScale(tasks.Moments, options.InnerRate, tasks.Moments.Level - 1, scale);

        // A step takes the error e of a task's weights to (1 - αG)·e and adds its own. G has no negative eigenvalue and none above RowBound, so the length of
        // e grows by max(1, α·RowBound - 1) at most; one slot's error is at most that length, and the length at most √features times a slot's bound.
        double root = Math.Sqrt(tasks.Packing.Features);
        double growth = Math.Max(1, (options.InnerRate * EncryptedTasks.RowBound) - 1);
        double length = root * weights.Deviation;
        for (int step = first; step < options.InnerSteps; step++)
        {
            CkksCiphertext change = Gradient(tasks, weights, options.InnerRate, cancellationToken);
            double own = change.Deviation - (options.InnerRate * Math.Min(EncryptedTasks.RowBound, tasks.Diagonals.Sum(diagonal => diagonal.Magnitude)) * weights.Deviation);
            length = (growth * length) + (root * own);
            weights = evaluator.Subtract(evaluator.DropTo(weights, change.Level), change);
            weights = weights.With(weights.Parts, weights.Scale, options.WeightBound, Math.Min(length, weights.Deviation));
        }

        return weights.StateMagnitude(options.WeightBound);
    }

    /// <summary>rate·(G·w - r), one level below w.</summary>
    private CkksCiphertext Gradient(EncryptedTasks tasks, CkksCiphertext weights, double rate, CancellationToken cancellationToken)
    {
        int level = weights.Level;
        int capacity = tasks.Packing.Capacity;
        CkksCiphertext[] rotated = evaluator.RotateMany(weights, [.. Enumerable.Range(0, tasks.Packing.Features).Select(diagonal => diagonal * capacity)]);
        CkksCiphertext? sum = null;
        for (int diagonal = 0; diagonal < rotated.Length; diagonal++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CkksCiphertext factor = AtScale(tasks.Diagonals[diagonal], rate, level, evaluator.RescalingPrime(level));
            CkksCiphertext product = evaluator.MultiplyLazily(factor, rotated[diagonal]);
            sum = sum is null ? product : evaluator.Add(sum, product);
        }

        CkksCiphertext moved = evaluator.Rescale(evaluator.Relinearise(sum!));

        // The products bound every element of G by itself; a row's sum bounds what becomes of the weights' error.
        double excess = rate * (tasks.Diagonals.Sum(diagonal => diagonal.Magnitude) - EncryptedTasks.RowBound) * weights.Deviation;
        moved = moved.With(moved.Parts, moved.Scale, moved.Magnitude, moved.Deviation - Math.Max(0, excess));
        return evaluator.Subtract(moved, AtScale(tasks.Moments, rate, level - 1, weights.Scale)).StateMagnitude(rate * options.WeightBound);
    }

    /// <summary>x·factor at a level and scale, by way of its own highest level, where one level is spent.</summary>
    private CkksCiphertext AtScale(CkksCiphertext x, double factor, int level, double scale)
    {
        CkksCiphertext near = evaluator.DropTo(x, level + 1);
        return evaluator.Rescale(evaluator.Multiply(near, factor, scale * evaluator.RescalingPrime(level + 1) / x.Scale));
    }

    /// <summary>start + rate·mean over tasks of change, the same in the slots of all tasks, one level below.</summary>
    private CkksCiphertext Move(CkksCiphertext? start, CkksCiphertext change, double rate, EncryptedTasks tasks)
    {
        TaskPacking packing = tasks.Packing;
        foreach (int step in packing.Doublings)
        {
            change = evaluator.Add(change, evaluator.Rotate(change, step)); // slot i·T: the sum over tasks
        }

        // Slots beyond the last task are 0 and stay so.
        change = change.StateMagnitude(change.Magnitude * tasks.Count / packing.Capacity);
        double[] mask = new double[packing.Parameters.Slots];
        for (int i = 0; i < packing.Features; i++)
        {
            mask[i * packing.Capacity] = rate / tasks.Count;
        }

        CkksPlaintext mean = CkksEncoder.Encode(packing.Parameters, mask, change.Level, evaluator.RescalingPrime(change.Level));
        CkksCiphertext moved = evaluator.Rescale(evaluator.Multiply(change, mean));
        foreach (int step in packing.Doublings)
        {
            moved = evaluator.Add(moved, evaluator.Rotate(moved, -step));
        }

        // Of T slots summed, the mask took all but one to 0, and with them the error they had.
        double masked = change.Deviation * mean.Magnitude * mean.Scale / evaluator.RescalingPrime(change.Level);
        moved = moved.With(moved.Parts, moved.Scale, moved.Magnitude, moved.Deviation - ((packing.Capacity - 1) * masked));

        moved = start is null ? moved : evaluator.Add(evaluator.DropTo(start, moved.Level), moved);
        return moved.StateMagnitude(options.WeightBound);
    }
}
