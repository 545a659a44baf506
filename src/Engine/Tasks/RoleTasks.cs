using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Next character by role: a task is a stretch of one role's text, cut into lines of equal length; the first lines are its support set, those that follow its query set.
/// An example's input is a line's characters as numbers, its target the characters that follow each of them: <c>[window]</c> both.
/// </summary>
/// <remarks>
/// Task u + n·roles is draw n of role u: where the stretch begins is uniform over the role's text, but draw 0 begins with the role's first words. A role is a person and
/// may be drawn often, so tasks are no unit of privacy; <see cref="RedrawnTasks"/> makes roles of them.
/// </remarks>
public sealed class RoleTasks : ITaskSource
{
    private readonly RoleSet _data;
    private readonly Role[] _roles;
    private readonly RoleTaskOptions _options;
    private readonly TaskSplit _split;
    private readonly RandomKey _key;

    /// <summary>The tasks of some roles.</summary>
    /// <param name="data">All roles.</param>
    /// <param name="split">Whose tasks.</param>
    /// <param name="options">Shape of a task; as usual when left out.</param>
    /// <exception cref="ArgumentException">A number is below 1, or a role is too short; the message says which.</exception>
    public RoleTasks(RoleSet data, TaskSplit split, RoleTaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        (_data, _split, _options) = (data, split, options ?? new RoleTaskOptions());
        _roles = [.. data.RolesIn(split)];
        if (_options.Window < 1 || _options.Support < 1 || _options.Query < 1)
        {
            throw new ArgumentException($"RoleTasks: Window, Support and Query must be at least 1; got {_options.Window}, {_options.Support} and {_options.Query}.", nameof(options));
        }

        long needed = ((long)_options.Window * ((long)_options.Support + _options.Query)) + 1;
        if (_roles.MinBy(role => role.Length) is { } shortest && shortest.Length < needed)
        {
            throw new ArgumentException(
                $"RoleTasks: {_options.Support} + {_options.Query} lines of {_options.Window} characters need {needed} characters; {shortest.Name} has {shortest.Length}. Lower one of them.", nameof(options));
        }

        (InputShape, TargetShape) = (new Shape(new Axis(_options.Window, "step")), new Shape(new Axis(_options.Window, "step")));
        using RandomKey root = RandomKey.UnsafeFixed(_options.Seed);
        _key = root.Derive("roles");
    }

    /// <summary>The roles, in the order of task numbers.</summary>
    public IReadOnlyList<Role> Roles => _roles;

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public Shape TargetShape { get; }

    /// <inheritdoc/>
    public int Way => 1;

    /// <inheritdoc/>
    public int SupportCount => _options.Support;

    /// <inheritdoc/>
    public int QueryCount => _options.Query;

    /// <summary>The characters of a task, as numbers: lines overlap by the one that the first predicts last and the second reads first.</summary>
    /// <param name="taskId">Which task, at least 0.</param>
    public ReadOnlySpan<byte> CharactersOf(long taskId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(taskId);
        Role role = _roles[RedrawnTasks.UnitOf(taskId, _roles.Length)];
        int places = role.Length - _options.Characters + 1;
        int start = taskId < _roles.Length ? 0 : TaskRandom.Start(_key, _split, taskId).NextInt(places);
        return _data.TextOf(role).Slice(start, _options.Characters);
    }

    /// <inheritdoc/>
    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        TaskRandom.Check(this, taskId, supportInputs.Length, supportLabels.Length, queryInputs.Length, queryLabels.Length);
        ReadOnlySpan<byte> text = CharactersOf(taskId);
        Copy(text, supportInputs);
        Copy(text[1..], supportLabels);
        Copy(text[supportInputs.Length..], queryInputs);
        Copy(text[(supportInputs.Length + 1)..], queryLabels);
    }

    private static void Copy(ReadOnlySpan<byte> characters, Span<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = characters[i];
        }
    }
}
