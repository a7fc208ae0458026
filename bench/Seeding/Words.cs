namespace Kilo.Bench.Seeding;

/// <summary>Titles, folders, tags and people as an office has them.</summary>
internal sealed class Words(Random random)
{
    private static readonly string[] Kinds =
    [
        "contract", "invoice", "report", "proposal", "minutes", "specification", "manual", "budget", "forecast", "policy", "checklist", "presentation",
        "agreement", "review", "plan", "schedule", "summary", "analysis", "certificate", "drawing", "survey", "offer", "memo", "handbook",
    ];

    private static readonly string[] Subjects =
    [
        "maintenance", "onboarding", "warehouse", "customer", "supplier", "network", "safety", "marketing", "quality", "travel", "insurance", "payroll",
        "security", "product", "training", "logistics", "energy", "migration", "audit", "procurement", "branch", "laboratory", "campaign", "facility",
        "hiring", "export", "research", "recycling", "license", "backup", "fleet", "catering", "translation", "patent", "pension", "assembly",
    ];

    private static readonly string[] Qualities =
    [
        "annual", "quarterly", "monthly", "final", "revised", "internal", "external", "regional", "preliminary", "signed", "confidential", "updated",
        "northern", "southern", "joint", "special", "short", "detailed", "first", "second",
    ];

    private static readonly string[] Departments = ["Finance", "Sales", "Engineering", "Legal", "People", "Operations", "Research", "Support"];

    private static readonly string[] GivenNames =
    [
        "Anna", "Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Leo", "Mira", "Noah", "Olga", "Paul",
        "Rosa", "Samuel", "Tara", "Uwe", "Vera", "Willem", "Yara", "Zoe",
    ];

    private static readonly string[] FamilyNames =
    [
        "Adler", "Brandt", "Costa", "Dietz", "Eriksen", "Fischer", "Garcia", "Huber", "Ivanova", "Jansen", "Keller", "Lindqvist", "Moreau", "Novak",
        "Okafor", "Petrov", "Quinn", "Rossi", "Schmidt", "Tanaka", "Ueda", "Vogel", "Weber", "Young",
    ];

    private static readonly string[] MediaTypes =
    [
        "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "image/png", "text/plain",
    ];

    private static readonly string[] Extensions = [".pdf", ".docx", ".xlsx", ".png", ".txt"];

    /// <summary>"Revised warehouse safety report for Moreau 2024".</summary>
    public string Title() =>
        $"{Capital(Of(Qualities))} {Of(Subjects)} {Of(Subjects)} {Of(Kinds)} for {Of(FamilyNames)} {2018 + random.Next(8)}";

    /// <summary>"Finance/2024/annual budget"; one in ten stands at the top.</summary>
    public string Folder() => random.Next(10) switch
    {
        0 => "",
        < 4 => Of(Departments),
        < 8 => $"{Of(Departments)}/{2018 + random.Next(8)}",
        _ => $"{Of(Departments)}/{2018 + random.Next(8)}/{Of(Qualities)} {Of(Kinds)}",
    };

    /// <summary>None to three.</summary>
    public IReadOnlyList<string> Tags() => [.. Enumerable.Range(0, random.Next(4)).Select(_ => Of(Subjects)).Distinct()];

    /// <summary>"Clara Novak".</summary>
    public string Person() => $"{Of(GivenNames)} {Of(FamilyNames)}";

    /// <summary>A media type and the ending of its files.</summary>
    public (string MediaType, string Extension) Format()
    {
        var format = random.Next(MediaTypes.Length);
        return (MediaTypes[format], Extensions[format]);
    }

    private string Of(string[] words) => words[random.Next(words.Length)];

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
