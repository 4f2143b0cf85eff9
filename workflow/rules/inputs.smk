"""Files that a configuration names: found, or the run stops before its first job."""

import warnings

from revertome.asked import MADE, check_columns, check_modules, columns_asked, columns_named
from revertome.configuration import check_definition
from revertome.disclosure.allowed import leaving
from revertome.worksheet_name import parted


def response_definition():
    """File that says what response is: one of config/response by its name, or a path."""
    wanted = config["response"]["definition"]
    shipped = HOME / "config/response" / f"{wanted}.yaml"
    path = shipped if shipped.is_file() else Path(wanted)
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in shipped.parent.glob("*.yaml")))
        stop(
            f"configuration: response.definition: no file {wanted!r}; "
            f"give the path of one, or a name: {known}"
        )
    if workflow.is_main_process:
        schema = read_yaml(HOME / "workflow/schemas/response.schema.yaml")
        try:
            found = read_written(path, "response.definition")
            check_definition(config, found, schema, wanted)
        except StudyError as error:
            stop(error)
    return str(path)


def style_file():
    """The study's own style of figures, as a list of none or one."""
    path = config["figures"].get("style")
    if path and workflow.is_main_process:
        from revertome.figures.theme import restyled  # here: it imports matplotlib

        try:
            with restyled(read_written(path, "figures.style"), path):
                pass
        except StudyError as error:
            stop(error)
    return [path] if path else []


def module_collections():
    """Files of `modules.gmt`: local ones, which must be there, and collections to be fetched."""
    paths = []
    for named in config["modules"]["gmt"]:
        if named.startswith("msigdb:"):
            from revertome.intake.fetch.msigdb import collection_file  # here: it imports pandas

            try:
                named = result(f"modules/collections/{collection_file(named)}")
            except StudyError as error:
                stop(f"configuration: {error}")
        paths.append(named)
    return paths


def find_sheet(intake):
    """Take a shipped sample sheet from the workflow's folder when the run is elsewhere."""
    path = str(intake.get("samples", ""))
    if path.startswith("config/samples/") and not Path(path).exists() and (HOME / path).is_file():
        intake["samples"] = str(HOME / path)


def refuse_unknown_modules(collections):
    """Stop before the first job at a GMT file that cannot be read, or a module that is in none."""
    if not workflow.is_main_process or not OWN:
        return
    local = [path for path in GMT if path not in collections]
    try:
        for path in local:
            check_file(path, "modules.gmt")
        known = modules_of([*MODULES, *local]) if local else shipped_modules()
        if not collections:
            check_modules(config, known)
    except StudyError as error:
        stop(error)


def shipped_modules():
    """Names of the modules that come with the workflow, whose files need no check."""
    lines = (line for path in MODULES for line in Path(path).read_text("utf-8").splitlines())
    return {line.partition("\t")[0] for line in lines}


def modules_of(paths):
    """Modules of GMT files, as the stage reads them."""
    from gene_files import read_gmt  # here: it imports pandas
    from revertome.modules.gmt import gene_sets

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said again by the job
        return gene_sets(read_gmt(paths), {})


def refuse_unknown_columns():
    """Stop before the first job where local sheets lack a column that the study names."""
    intake = config["intake"] if OWN else {}
    if not workflow.is_main_process or intake.get("source") not in ("table", "cel", "beadchip"):
        return
    asked = columns_asked(config) | columns_named(config["design"])
    if not {name for names in asked.values() for name in names}.difference(MADE):
        return
    from revertome.intake.columns import read_sheet  # here: it imports pandas

    known = [*intake["fields"]]
    sheets = [intake[key] for key in ("samples", "visits") if key in intake]
    if not sheets or not all(Path(parted(path)[0]).is_file() for path in sheets):
        return  # a file that is not there is told before a column of it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # said again by the job
            for path in sheets:
                known.extend(read_sheet(path))
        check_columns(asked, known, "of the samples and the visits sheet")
    except StudyError as error:
        stop(error)


def intake_files(wildcards):
    """Local files the study reads, by the key that names them."""
    intake = config["intake"]
    keys = ("matrix", "samples", "visits", "cdf", "controls")
    files = {key: parted(intake[key])[0] for key in keys if key in intake}
    if "annotation" in intake:
        files["annotation"] = parted(intake["annotation"]["path"])[0]
    if intake["source"] == "simulate":
        files["symbols"] = resource("resources/genes.tsv")
    try:
        for key, path in files.items():
            check_file(path, f"intake.{key}", folder=key == "matrix")
    except StudyError as error:
        stop(error)
    if "matrix" in files and Path(files["matrix"]).is_dir():
        # Each file counts, not the date of the folder.
        pattern = "*.[cC][eE][lL]*" if intake["source"] == "cel" else "**/*"
        found = Path(intake["matrix"]).glob(pattern)
        files["matrix"] = sorted(str(path) for path in found if path.is_file())
    return files


def every_file(files):
    """Paths of `intake_files`, those of a folder one by one."""
    return [
        path for value in files.values() for path in (value if isinstance(value, list) else [value])
    ]


def compared():
    """Folders of the studies to compare, this one first; each of the others must be finished."""
    folders = {config["study"]: f"{config['results']}/{config['study']}"} if OWN else {}
    for name, folder in config["compare"].items():
        folders[name] = folder
        if folder in expected(workflow) or not workflow.is_main_process:
            continue
        if not os.path.isdir(folder):
            what = "is a file" if os.path.exists(folder) else "no such folder"
            stop(f"compare: {name}: {what}: {folder}; name the result folder of a study")
        try:
            check_file(folder, f"compare.{name}", folder=True)
        except StudyError as error:
            stop(error)
        if not (Path(folder) / "manifest.json").exists():
            stop(
                f"compare: {name}: {folder} has no manifest.json, which a study writes "
                "last; let it finish, then compare"
            )
    if workflow.is_main_process:
        try:
            refuse_twice(folders)
        except StudyError as error:
            stop(error)
    return folders


def leaves_intake():
    """Columns that leave intake, None where all do."""
    if config["privacy"] == "none":
        return None
    from revertome.response.definition import columns_read  # here: it imports pandas

    return leaving(config, columns_read(config["response"], read_yaml(RESPONSE_DEFINITION)))


if OWN:
    find_sheet(config["intake"])
refuse_unknown_columns()
RESPONSE_DEFINITION = response_definition()


include: "private.smk"
