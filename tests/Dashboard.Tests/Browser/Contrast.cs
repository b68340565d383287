namespace McpGateway.Dashboard.Tests.Browser;

/// <summary>Measures every visible text against what is behind it.</summary>
internal static class Contrast
{
    /// <summary>Answers the texts whose contrast is below WCAG AA: 4.5 to 1, or 3 to 1 for large text.</summary>
    public const string Script = """
        () => {
          const parse = color => {
            const parts = color.match(/[\d.]+/g).map(Number);
            return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
          };
          const luminance = rgb => {
            const [r, g, b] = rgb.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const behind = element => {
            for (let e = element; e; e = e.parentElement) {
              const background = parse(getComputedStyle(e).backgroundColor);
              if (background.alpha === 1) return background.rgb;
            }
            return [255, 255, 255];
          };
          const found = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          let seen = 0;
          while (walker.nextNode()) {
            const text = walker.currentNode.textContent.trim();
            const element = walker.currentNode.parentElement;
            if (!text || !element.checkVisibility({ visibilityProperty: true }) || element.getBoundingClientRect().width === 0) continue;
            seen++;
            const style = getComputedStyle(element);
            const color = parse(element.closest('svg') ? style.fill : style.color).rgb;
            const [high, low] = [luminance(color), luminance(behind(element))].sort((a, b) => b - a);
            const ratio = (high + 0.05) / (low + 0.05);
            const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
            if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} "${text}" ${style.color}`);
          }
          return seen < 5 ? [`only ${seen} texts were seen`] : found;
        }
        """;
}
