using FastDPMeta.Engine.Compile;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// How one lane's chunk gets to the device: data of up to <c>chunk</c> units and the mask that says which rows are real. Where the device works in the host's
/// memory, sources write where the kernels read.
/// </summary>
internal sealed class LaneStaging
{
    private readonly BoundArena _arena;
    private readonly StepPrograms _programs;
    private readonly int _lane;
    private readonly UnitRows _rows;
    private readonly float[][] _data = [];
    private readonly float[] _mask;

    public LaneStaging(StepSpec spec, StepPrograms programs, BoundArena arena, int lane)
    {
        (_arena, _programs, _lane) = (arena, programs, lane);
        int[] sizes = [.. spec.DataShapes.Select(shape => shape.Count)];
        _mask = new float[spec.Chunk];
        if (!arena.HostSpan(programs.Mask, lane).IsEmpty)
        {
            _rows = new ArenaRows(arena, programs.Data, sizes, lane);
        }
        else
        {
            _data = [.. sizes.Select(size => new float[size * spec.Chunk])];
            _rows = new ArrayRows(_data, sizes);
        }
    }

    /// <summary>
    /// Fills the rows of <paramref name="units"/> and marks them real. Padding rows keep old numbers: the mask zeroes them after the clip.
    /// </summary>
    public void Fill(IUnitSource source, ReadOnlySpan<int> units)
    {
        for (int row = 0; row < units.Length; row++)
        {
            // A source that writes less than the whole row must not leave another unit's data in it.
            for (int i = 0; i < _rows.Count; i++)
            {
                _rows.Row(i, row).Clear();
            }

            source.Fill(units[row], new UnitBuffers(_rows, row));
        }

        _mask.AsSpan(0, units.Length).Fill(1);
        _mask.AsSpan(units.Length).Clear();
    }

    /// <summary>Copies to the device what does not lie there yet.</summary>
    public void Upload()
    {
        for (int i = 0; i < _data.Length; i++)
        {
            _arena.Write(_programs.Data[i], _data[i], _lane);
        }

        _arena.Write(_programs.Mask, _mask, _lane);
    }
}
