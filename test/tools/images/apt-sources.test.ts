import { expect, test } from "vitest";
import { distribution, mirrorSettings, sourceLines } from "../../../tools/images/apt-sources.ts";

test("only the distribution's own sources are taken, one line for each release", () => {
	const listed = [
		"Debian|http://mirror.example/debian/|bookworm|main",
		"Debian|http://mirror.example/debian/|bookworm|contrib",
		"Debian|http://mirror.example/debian-security/|bookworm-security|main",
		"Tools Inc.|https://tools.example/apt/|bookworm|stable",
		"|http://never.updated.example/|bookworm|main",
		"",
	].join("\n");
	expect(sourceLines(listed, "Debian")).toEqual([
		"deb http://mirror.example/debian/ bookworm main contrib",
		"deb http://mirror.example/debian-security/ bookworm-security main",
	]);
});

test("settings that decide how a mirror is reached are kept, others are not", () => {
	const dump = [
		'APT::Architecture "amd64";',
		'Acquire "";',
		'Acquire::Check-Valid-Until "false";',
		'Acquire::http "";',
		'Acquire::http::Proxy "http://proxy.example:3128/";',
		'Acquire::https::mirror.example::CAInfo "/etc/ssl/own.pem";',
		'Acquire::IndexTargets::deb::Packages::MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";',
		'Acquire::Languages:: "en";',
		'DPkg::Pre-Install-Pkgs:: "/usr/sbin/some-hook";',
	].join("\n");
	expect(mirrorSettings(dump)).toEqual([
		'Acquire::Check-Valid-Until "false";',
		'Acquire::http::Proxy "http://proxy.example:3128/";',
		'Acquire::https::mirror.example::CAInfo "/etc/ssl/own.pem";',
	]);
});

test("the distribution is read from os-release, quoted or not", () => {
	expect(distribution('PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_CODENAME=bookworm\nID=debian\n')).toEqual({
		id: "debian",
		suite: "bookworm",
	});
	expect(distribution('ID_LIKE=debian\nID="ubuntu"\nVERSION_CODENAME="noble"\n')).toEqual({
		id: "ubuntu",
		suite: "noble",
	});
});

test("another distribution is refused with what to do instead", () => {
	expect(() => distribution('PRETTY_NAME="Fedora Linux 44"\nID=fedora\nVERSION_CODENAME=""\n')).toThrow(
		'images without a registry are built from the packages of Debian or Ubuntu, and this is "Fedora Linux 44": ' +
			"build them with docker and a registry, as images/README.md says",
	);
});
