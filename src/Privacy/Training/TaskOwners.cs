using System.Globalization;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Who owns which task, where one person has several, and which of them count: at most so many of each person's, drawn once, without repetition and from that person's list alone. So another
/// person's coming or going changes nobody's choice, and whatever a person owns, the unit that is sampled, clipped and accounted for is the person.
/// </summary>
/// <remarks>
/// A task belongs to one person: a task made of several people's data, as an Omniglot episode, can't be bounded so. A person with fewer tasks than count has them repeated in turn, which weighs
/// the person's own tasks and changes nothing about the bound. Persons are places: leave the place of one who left empty by giving another population number, or sample anew.
/// </remarks>
public sealed class TaskOwners
{
    private readonly long[][] _chosen;

    /// <summary>Chooses the tasks that count.</summary>
    /// <param name="tasksOfUsers">Numbers of each person's tasks; at least one each.</param>
    /// <param name="tasksPerUser">How many of a person's tasks count at most, at least 1.</param>
    /// <param name="seed">Equal seeds choose equally. The choice needs no secret: it depends on the person's own list alone.</param>
    /// <exception cref="ArgumentException">Somebody has no task, a task is negative or has two owners, or the number is below 1; all in one message.</exception>
    public TaskOwners(IReadOnlyList<IReadOnlyList<long>> tasksOfUsers, int tasksPerUser, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(tasksOfUsers);
        Check(tasksOfUsers, tasksPerUser);
        TasksPerUser = tasksPerUser;
        using RandomKey root = RandomKey.UnsafeFixed(seed);
        using RandomKey key = root.Derive("tasks that count");
        _chosen = new long[tasksOfUsers.Count][];
        for (int user = 0; user < _chosen.Length; user++)
        {
            using RandomStream random = new(key, round: (ulong)user);
            long[] own = [.. tasksOfUsers[user]];
            random.Shuffle<long>(own);
            _chosen[user] = own.Length > tasksPerUser ? own[..tasksPerUser] : own;
        }
    }

    /// <summary>How many persons there are.</summary>
    public int Users => _chosen.Length;

    /// <summary>How many of a person's tasks are computed: places, some of them repeated where a person has fewer.</summary>
    public int TasksPerUser { get; }

    /// <summary>The different tasks of a person that count.</summary>
    /// <param name="user">From 0 to <see cref="Users"/> - 1.</param>
    public IReadOnlyList<long> TasksOf(int user) => _chosen[user];

    /// <summary>The task in one of a person's places.</summary>
    internal long Task(int user, int place) => _chosen[user][place % _chosen[user].Length];

    private static void Check(IReadOnlyList<IReadOnlyList<long>> tasksOfUsers, int tasksPerUser)
    {
        List<string> problems = [];
        if (tasksPerUser < 1)
        {
            problems.Add($"tasksPerUser must be at least 1; got {tasksPerUser}");
        }

        if (tasksOfUsers.Count == 0 || tasksOfUsers.Any(tasks => tasks.Count == 0))
        {
            problems.Add("there must be persons, and each must own a task");
        }

        Dictionary<long, int> owners = [];
        for (int user = 0; user < tasksOfUsers.Count; user++)
        {
            foreach (long task in tasksOfUsers[user])
            {
                if (task < 0 || !owners.TryAdd(task, user))
                {
                    problems.Add(task < 0
                        ? string.Create(CultureInfo.InvariantCulture, $"person {user} has a task numbered {task}")
                        : string.Create(CultureInfo.InvariantCulture, $"task {task} belongs to person {owners[task]} and, again, to person {user}: merge them, or give each a task of their own"));
                }
            }
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException($"TaskOwners: {string.Join("; ", problems)}.");
        }
    }
}
