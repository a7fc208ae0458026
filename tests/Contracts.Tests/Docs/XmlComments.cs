using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kilo.Contracts.Tests.Model;

namespace Kilo.Contracts.Tests.Docs;

/// <summary>The doc comments that the compiler wrote beside the assemblies, as Markdown.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<Assembly, Dictionary<string, XElement>> _members = [];

    /// <summary>A type's summary; empty when it has none.</summary>
    public string Summary(Type type) => Markdown(Member(type)?.Element("summary"));

    /// <summary>
    /// What a record says of one of its properties. Where it says nothing, what its contracts say of the first property with the same
    /// name and type: a document's id needs one description, not six. Empty when nobody says anything.
    /// </summary>
    public string Meaning(PropertyInfo property)
    {
        var own = Parameter(Member(property.DeclaringType!), property.Name);
        if (own.Length > 0)
        {
            return own;
        }
        if (Examples.IsContract(property.PropertyType) && Summary(property.PropertyType) is { Length: > 0 } summary)
        {
            return summary;
        }
        var namesakes =
            from type in property.DeclaringType!.Assembly.GetTypes()
            where type.GetProperty(property.Name)?.PropertyType == property.PropertyType
            orderby type.MetadataToken
            select Parameter(Member(type), property.Name);
        return namesakes.FirstOrDefault(described => described.Length > 0, "");
    }

    private static string Parameter(XElement? member, string name) =>
        Markdown(member?.Elements("param").FirstOrDefault(p => string.Equals((string?)p.Attribute("name"), name, StringComparison.OrdinalIgnoreCase)));

    private XElement? Member(Type type)
    {
        if (!_members.TryGetValue(type.Assembly, out var members))
        {
            var path = Path.ChangeExtension(type.Assembly.Location, ".xml");
            members = File.Exists(path)
                ? XDocument.Load(path).Descendants("member").ToDictionary(m => (string)m.Attribute("name")!)
                : throw new FileNotFoundException($"{path} is missing: the events are described by their doc comments.");
            _members.Add(type.Assembly, members);
        }
        return members.GetValueOrDefault("T:" + type.FullName!.Replace('+', '.'));
    }

    private static string Markdown(XElement? element) => element is null ? "" : Blanks().Replace(string.Concat(element.Nodes().Select(Inline)), " ").Trim();

    private static string Inline(XNode node) => node switch
    {
        XText text => text.Value.Replace("|", "\\|", StringComparison.Ordinal),
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } link => $"`{Target(link).Split('.', ':')[^1]}`",
        XElement other => " " + string.Concat(other.Nodes().Select(Inline)) + " ",
        _ => "",
    };

    private static string Target(XElement link) => new[] { "cref", "name", "langword" }.Select(a => (string?)link.Attribute(a)).FirstOrDefault(a => a is not null) ?? link.Value;

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
