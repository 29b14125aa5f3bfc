//! What a job's `image` names, and whether its operator allows it.

use std::path::{Component, Path, PathBuf};

use super::config::{Containers, Pull};

/// Ways to write down an image in a file or folder of this machine, as skopeo calls them.
const ARCHIVES: [&str; 4] = ["oci-archive", "docker-archive", "oci", "dir"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Image {
    /// A root file system of this machine.
    Root(PathBuf),
    /// "oci-archive:/path:tag", and the path in it.
    Archive { name: String, path: PathBuf },
    /// "registry/name:tag", whole.
    Registry(String),
}

impl Image {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            return plain(text).map(Self::Root);
        }
        if let Some((kind, rest)) = text.split_once(":/")
            && ARCHIVES.contains(&kind)
        {
            let path = rest.split(':').next().unwrap_or_default();
            return Ok(Self::Archive { name: text.to_owned(), path: plain(&format!("/{path}"))? });
        }
        Ok(Self::Registry(whole(text)))
    }

    /// As lines of `images` speak of it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Root(path) => path.display().to_string(),
            Self::Archive { name, .. } | Self::Registry(name) => name.clone(),
        }
    }

    /// As skopeo takes it.
    pub(crate) fn source(&self) -> String {
        match self {
            Self::Registry(name) => format!("docker://{name}"),
            _ => self.name(),
        }
    }

    pub(crate) fn registry(&self) -> Option<&str> {
        match self {
            Self::Registry(name) => name.split('/').next(),
            _ => None,
        }
    }
}

/// A path that means what it says.
fn plain(text: &str) -> Result<PathBuf, String> {
    let path = Path::new(text);
    let is_plain = |part| matches!(part, Component::RootDir | Component::Normal(_));
    if path.components().all(is_plain) {
        Ok(path.to_path_buf())
    } else {
        Err(format!("`{text}`: write the path without `..`"))
    }
}

/// With the registry and folder that Docker and Podman assume.
fn whole(name: &str) -> String {
    match name.split_once('/') {
        None => format!("docker.io/library/{name}"),
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => name.to_owned(),
        Some(_) => format!("docker.io/{name}"),
    }
}

impl Containers {
    /// The image of this name, or what its operator has to be asked for.
    pub(crate) fn permitted(&self, text: &str) -> Result<Image, String> {
        let image = Image::parse(text)?;
        let Image::Root(path) = &image else {
            let name = image.name();
            return if self.images.iter().any(|start| begins(&name, start)) {
                Ok(image)
            } else {
                Err(format!("this site does not allow the image `{name}`"))
            };
        };
        let path = path.canonicalize().map_err(|error| format!("`{text}`: {error}"))?;
        let roots = self.roots.iter().filter_map(|root| root.canonicalize().ok());
        if path.is_dir() && roots.into_iter().any(|root| path.starts_with(root)) {
            return Ok(Image::Root(path));
        }
        Err(format!("this site does not allow the root file system `{text}`"))
    }

    pub(crate) fn may_fetch(&self, image: &Image) -> bool {
        self.pull == Pull::Missing || image.registry().is_none()
    }
}

/// Whole parts only: "a.example/b" allows "a.example/b:1" and "a.example/b/c", not "a.example/bc"; "a.example" does
/// not allow another port.
fn begins(name: &str, start: &str) -> bool {
    name.strip_prefix(start).is_some_and(|rest| {
        !start.is_empty()
            && (rest.is_empty()
                || start.ends_with(['/', ':', '@'])
                || rest.starts_with('/')
                || start.contains('/') && rest.starts_with([':', '@']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(images: &[&str], name: &str) -> bool {
        let images = images.iter().map(|it| (*it).to_owned()).collect();
        Containers { images, ..Containers::default() }.permitted(name).is_ok()
    }

    #[test]
    fn names_are_made_whole() {
        for (name, is) in [
            ("busybox", "docker.io/library/busybox"),
            ("li/tool:2", "docker.io/li/tool:2"),
            ("r.example:5000/tool", "r.example:5000/tool"),
            ("localhost/tool", "localhost/tool"),
        ] {
            assert_eq!(Image::parse(name).unwrap(), Image::Registry(is.to_owned()));
        }
        let archive = Image::parse("oci-archive:/srv/a.tar:v1").unwrap();
        let Image::Archive { path, .. } = archive else { panic!("{archive:?}") };
        assert_eq!(path, Path::new("/srv/a.tar"));
    }

    #[test]
    fn only_whole_parts_of_what_is_allowed_are() {
        let rows = [
            ("docker.io/library/", "busybox", true),
            ("docker.io/library/", "evil/busybox", false),
            ("r.example/a", "r.example/a:1", true),
            ("r.example/a", "r.example/a/b@sha256:0", true),
            ("r.example/a", "r.example/ab", false),
            ("r.example", "r.example.evil.org/a", false),
            ("r.example", "r.example:9000/a", false),
            ("oci-archive:/srv/", "oci-archive:/srv/a.tar", true),
            ("oci-archive:/srv/", "oci-archive:/srv/../etc/a.tar", false),
            ("oci-archive:/srv/", "docker-archive:/srv/a.tar", false),
            ("", "busybox", false),
        ];
        for (start, name, is) in rows {
            assert_eq!(allowed(&[start], name), is, "{start} {name}");
        }
    }

    #[test]
    fn a_root_is_below_an_allowed_folder_whatever_links_say() {
        let folder = tempfile::tempdir().unwrap();
        let roots = folder.path().join("roots");
        std::fs::create_dir_all(roots.join("debian")).unwrap();
        std::os::unix::fs::symlink("/usr", roots.join("link")).unwrap();
        let containers = Containers { roots: vec![roots.clone()], ..Containers::default() };
        let permits = |path: &str| containers.permitted(path).is_ok();
        assert!(permits(roots.join("debian").to_str().unwrap()));
        assert!(!permits(roots.join("link").to_str().unwrap()));
        assert!(!permits(roots.join("none").to_str().unwrap()) && !permits("/usr"));
    }
}
