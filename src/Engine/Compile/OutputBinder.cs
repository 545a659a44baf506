using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// Puts results where the caller wants them. A result's place may be an argument's (an accumulator, parameters updated in place), so the
/// scratch a result was computed into is merged with its place only when everything that reads the old value runs before; otherwise
/// the result is copied at the end.
/// </summary>
internal sealed class OutputBinder(Block block)
{
    private readonly List<(Place Result, Place Wanted, int Size)> _results = [];
    private readonly HashSet<Storage> _claimed = [];

    /// <summary>Asks for <paramref name="node"/>'s value at <paramref name="wanted"/>, row-major.</summary>
    public void Add(Lowering lowering, Node node, Place wanted)
    {
        if (node.Shape.Count == 0)
        {
            return;
        }

        View view = lowering.Settle(node);
        Storage storage = view.Place.Resolve().Storage;
        if (view.Place.Resolve() == wanted.Resolve() && view.IsRowMajor(node.Shape))
        {
            return;
        }

        bool whole = storage.Kind == StorageKind.Scratch && storage.Owner == block && storage.Size == node.Shape.Count
            && view.Place.Offset == 0 && view.Place.Steps.Count == 0 && view.IsRowMajor(node.Shape) && _claimed.Add(storage);
        if (!whole)
        {
            Place copy = lowering.Scratch($"result %{node.Id}", node.Shape.Count);
            lowering.Write(node, View.RowMajor(copy, node.Shape));
            view = View.RowMajor(copy, node.Shape);
            _claimed.Add(copy.Storage);
        }

        _results.Add((view.Place, wanted, node.Shape.Count));
    }

    /// <summary>The storages results were computed into.</summary>
    public IReadOnlySet<Storage> Results => _claimed;

    /// <summary>Merges or copies.</summary>
    public void Bind()
    {
        SinkFinalCalls();
        foreach ((Place result, Place wanted, int size) in _results)
        {
            if (IsSafe(result.Storage, wanted, size))
            {
                result.Storage.Target = wanted;
            }
            else
            {
                LoopSpec copy = new([size], [[1]], [[1]], ScalarProgram.Identity);
                block.Steps.Add(new Call(copy, [result, wanted], "copy result"));
            }
        }
    }

    /// <summary>Moves calls whose results nobody in the block reads behind all others, so that updates in place come last.</summary>
    private void SinkFinalCalls()
    {
        HashSet<Storage> read = [];
        foreach (Call call in block.Steps.SelectMany(step => step.Calls))
        {
            foreach (Place input in call.Inputs)
            {
                read.Add(input.Resolve().Storage);
            }
        }

        // A repeat that writes a result adds to what a call began.
        foreach (Call call in block.Steps.OfType<RepeatedBlock>().SelectMany(step => step.Calls))
        {
            foreach (Place output in call.Outputs)
            {
                read.Add(output.Resolve().Storage);
            }
        }

        HashSet<Storage> results = [.. _results.Select(result => result.Result.Storage)];
        bool IsFinal(Planned step)
        {
            if (step is not Call call)
            {
                return false;
            }

            foreach (Place output in call.Outputs)
            {
                Storage storage = output.Resolve().Storage;
                if (!results.Contains(storage) || read.Contains(storage))
                {
                    return false;
                }
            }

            return true;
        }

        Planned[] last = [.. block.Steps.Where(IsFinal)];
        block.Steps.RemoveAll(step => IsFinal(step));
        block.Steps.AddRange(last);
    }

    /// <summary>
    /// Whether writing the result straight to its place leaves every reading and writing of that place right: nothing else touches it from
    /// the first write on, except a loop that replaces each element it reads.
    /// </summary>
    private bool IsSafe(Storage result, Place wanted, int size)
    {
        Place target = wanted.Resolve();
        bool written = false;
        foreach (Planned step in block.Steps)
        {
            bool writes = step.Calls.Any(call => Writes(call, result));
            written |= writes;
            if (!written)
            {
                continue;
            }

            foreach (Call call in step.Calls)
            {
                for (int slot = 0; slot < call.Places.Length; slot++)
                {
                    Place place = call.Places[slot].Resolve();
                    if (place.Storage != result && Overlaps(place, target, size)
                        && !(step is Call && writes && slot < call.Inputs.Length && IsInPlace(call, slot, result, target)))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private static bool Writes(Call call, Storage storage)
    {
        foreach (Place output in call.Outputs)
        {
            if (output.Resolve().Storage == storage)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a place may lie in the wanted elements. Rows of one storage that move together are told apart; else storage decides.</summary>
    private static bool Overlaps(Place place, Place target, int size)
    {
        Storage a = place.Storage;
        Storage b = target.Storage;
        if (a != b)
        {
            return a.Kind == StorageKind.Bound && b.Kind == StorageKind.Bound && a.Region == b.Region
                && a.Offset < b.Offset + b.Size && b.Offset < a.Offset + a.Size;
        }

        return !(place.Steps == target.Steps && target.Steps.Count > 0 && Math.Abs(place.Offset - target.Offset) >= size);
    }

    /// <summary>A loop that reads an element exactly where it writes.</summary>
    private static bool IsInPlace(Call call, int slot, Storage result, Place target)
    {
        if (call.Spec is not LoopSpec loop)
        {
            return false;
        }

        for (int output = 0; output < loop.Outputs.Count; output++)
        {
            Place written = call.Outputs[output].Resolve();
            if (written.Storage == result && loop.Inputs[slot] == loop.Outputs[output])
            {
                Place read = call.Places[slot].Resolve();
                Place moved = (written with { Storage = target.Storage, Offset = target.Offset + written.Offset, Steps = target.Steps }).Resolve();
                return Same(read, moved);
            }
        }

        return false;
    }

    private static bool Same(Place x, Place y) =>
        x.Storage.Region == y.Storage.Region && x.Storage.Kind == y.Storage.Kind && Base(x) == Base(y) && x.Steps == y.Steps
        && (x.Storage == y.Storage || x.Storage.Kind == StorageKind.Bound);

    private static long Base(Place place) => place.Offset + (place.Storage.Kind == StorageKind.Bound ? place.Storage.Offset : 0);
}
